"""Container instances, capacity, protection and task sets through Amazon's Python client, with real containers: the machine is a
container instance, StartTask puts a task on it, a drained one gets no more, a protected task outlives scaling in, an external
controller shifts a service from one task set to another."""

import unittest

import world


class Instances(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world.World(images=("busybox:demo",))
        cls.addClassCleanup(cls.world.close)
        cls.ecs = cls.world.client("ecs")
        cls.definition = cls.ecs.register_task_definition(family="sleeper", containerDefinitions=[
            {"name": "app", "image": "busybox:demo", "memory": 64, "command": ["sleep", "100000"], "stopTimeout": 2}])["taskDefinition"]["taskDefinitionArn"]

    def describe(self, arn):
        return self.ecs.describe_tasks(tasks=[arn])["tasks"][0]

    def until_running(self, arn):
        world.until(f"{arn} runs", lambda: self.describe(arn)["lastStatus"] == "RUNNING")

    def until_stopped(self, arn):
        world.until(f"{arn} is stopped", lambda: self.describe(arn)["lastStatus"] == "STOPPED")

    def running_tasks(self, **filters):
        arns = self.ecs.list_tasks(**filters)["taskArns"]
        return [arn for arn in arns if self.describe(arn)["lastStatus"] == "RUNNING"]

    def instance(self):
        arns = self.ecs.get_paginator("list_container_instances").paginate().build_full_result()["containerInstanceArns"]
        self.assertEqual(len(arns), 1)
        return arns[0]

    def test_the_machine_is_an_instance_that_can_be_drained(self):
        instance = self.instance()
        self.ecs.put_attributes(attributes=[{"name": "rack", "value": "r1", "targetId": instance}])
        self.assertEqual(self.ecs.list_container_instances(filter="attribute:rack == r1")["containerInstanceArns"], [instance])
        started = self.ecs.start_task(taskDefinition=self.definition, containerInstances=[instance])
        self.assertEqual(started["failures"], [])
        task = started["tasks"][0]["taskArn"]
        self.until_running(task)
        shown = self.ecs.describe_container_instances(containerInstances=[instance], include=["CONTAINER_INSTANCE_HEALTH"])["containerInstances"][0]
        self.assertEqual((shown["runningTasksCount"], shown["agentConnected"], shown["healthStatus"]["overallStatus"]), (1, True, "OK"))
        left = {each["name"]: each["integerValue"] for each in shown["remainingResources"]}
        whole = {each["name"]: each["integerValue"] for each in shown["registeredResources"]}
        self.assertEqual(whole["MEMORY"] - left["MEMORY"], 64)

        self.ecs.update_container_instances_state(containerInstances=[instance], status="DRAINING")
        refused = self.ecs.run_task(taskDefinition=self.definition, launchType="EC2")
        self.assertEqual((refused["tasks"], refused["failures"][0]["reason"]), ([], "INACTIVE"))
        self.assertEqual(self.describe(task)["lastStatus"], "RUNNING", "a task of no service stays")
        self.ecs.update_container_instances_state(containerInstances=[instance], status="ACTIVE")
        placed = self.ecs.run_task(taskDefinition=self.definition, launchType="EC2",
                                   placementConstraints=[{"type": "memberOf", "expression": "attribute:rack == r1"}])
        self.assertEqual(placed["failures"], [])
        for arn in (task, placed["tasks"][0]["taskArn"]):
            self.ecs.stop_task(task=arn)
            self.until_stopped(arn)

    def test_a_protected_task_outlives_scaling_in(self):
        self.ecs.create_service(serviceName="guarded", taskDefinition=self.definition, desiredCount=2)
        tasks = world.until("both tasks run", lambda: (found := self.running_tasks(serviceName="guarded")) and len(found) == 2 and found)
        answer = self.ecs.update_task_protection(cluster="default", tasks=[tasks[0]], protectionEnabled=True, expiresInMinutes=5)
        self.assertEqual((len(answer["protectedTasks"]), answer["failures"]), (1, []))
        self.ecs.update_service(service="guarded", desiredCount=0)
        self.until_stopped(tasks[1])
        said = "was unable to scale in"
        world.until("the service says why", lambda: any(said in event["message"] for event in
                                                        self.ecs.describe_services(services=["guarded"])["services"][0]["events"]))
        self.assertEqual(self.describe(tasks[0])["lastStatus"], "RUNNING")
        self.ecs.update_task_protection(cluster="default", tasks=[tasks[0]], protectionEnabled=False)
        self.until_stopped(tasks[0])
        self.ecs.delete_service(service="guarded")

    def test_an_external_controller_moves_a_service_between_task_sets(self):
        self.ecs.create_service(serviceName="outside", desiredCount=2, deploymentController={"type": "EXTERNAL"})
        blue = self.add_set(100)
        self.ecs.update_service_primary_task_set(cluster="default", service="outside", primaryTaskSet=blue)
        green = self.add_set(50)
        self.assertEqual(len(self.running_tasks(startedBy=green)), 1)
        self.ecs.update_service_primary_task_set(cluster="default", service="outside", primaryTaskSet=green)
        self.ecs.update_task_set(cluster="default", service="outside", taskSet=green, scale={"value": 100, "unit": "PERCENT"})
        self.ecs.delete_task_set(cluster="default", service="outside", taskSet=blue, force=True)
        world.until("only the new set is left", lambda: [each["id"] for each in self.sets()] == [green])
        self.until_steady(green)
        self.assertEqual(len(self.running_tasks(serviceName="outside")), 2)
        self.ecs.delete_service(service="outside", force=True)
        self.ecs.get_waiter("services_inactive").wait(services=["outside"], WaiterConfig={"Delay": 1, "MaxAttempts": 60})

    def add_set(self, percent):
        made = self.ecs.create_task_set(cluster="default", service="outside", taskDefinition=self.definition, launchType="EC2",
                                        scale={"value": percent, "unit": "PERCENT"})["taskSet"]
        self.until_steady(made["id"])
        return made["id"]

    def sets(self):
        return self.ecs.describe_task_sets(cluster="default", service="outside")["taskSets"]

    def until_steady(self, name):
        world.until(f"{name} is steady", lambda: [each["stabilityStatus"] for each in self.sets() if each["id"] == name] == ["STEADY_STATE"])

    def test_strategies_share_tasks_out(self):
        group = "arn:aws:autoscaling:us-east-1:000000000000:autoScalingGroup:1:autoScalingGroupName/mine"
        for name in ("first", "second"):
            self.ecs.create_capacity_provider(name=name, autoScalingGroupProvider={"autoScalingGroupArn": group})
        before = self.ecs.describe_clusters()["clusters"][0]["capacityProviders"]
        self.ecs.put_cluster_capacity_providers(cluster="default", capacityProviders=[*before, "first", "second"], defaultCapacityProviderStrategy=[])
        strategy = [{"capacityProvider": "first", "base": 1, "weight": 1}, {"capacityProvider": "second", "weight": 2}]
        tasks = self.ecs.run_task(taskDefinition=self.definition, count=4, capacityProviderStrategy=strategy)["tasks"]
        self.assertEqual(sorted(each["capacityProviderName"] for each in tasks), ["first", "first", "second", "second"])
        for each in tasks:
            self.ecs.stop_task(task=each["taskArn"])
        for each in tasks:
            self.until_stopped(each["taskArn"])
        self.ecs.put_cluster_capacity_providers(cluster="default", capacityProviders=before, defaultCapacityProviderStrategy=[])
        for name in ("first", "second"):
            self.assertEqual(self.ecs.delete_capacity_provider(capacityProvider=name)["capacityProvider"]["status"], "INACTIVE")

    def test_settings(self):
        self.ecs.put_account_setting_default(name="containerInsights", value="enabled")
        self.addCleanup(self.ecs.delete_account_setting, name="containerInsights")
        pages = self.ecs.get_paginator("list_account_settings").paginate(effectiveSettings=True).build_full_result()["settings"]
        self.assertIn(("containerInsights", "enabled"), [(each["name"], each["value"]) for each in pages])
        made = self.ecs.create_cluster(clusterName="watched")["cluster"]
        self.assertEqual(made["settings"], [{"name": "containerInsights", "value": "enabled"}])
        self.ecs.delete_cluster(cluster="watched")


if __name__ == "__main__":
    unittest.main(verbosity=2)
