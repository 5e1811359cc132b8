"""Service Connect with AWS's own client and real containers: names, balancing, who gets through, and the end of it all."""

import unittest

import tasks
from world import until

# Each task says its own address.
SERVE = "mkdir -p /tmp/www && grep internal /etc/hosts | cut -f1 > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"


class Connect(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.world.client("servicediscovery")

    def test_clients_reach_the_tasks_of_a_service_by_its_alias(self):
        self.ecs.create_cluster(clusterName="mesh", serviceConnectDefaults={"namespace": "corp"})
        network = {"awsvpcConfiguration": {"subnets": self.subnets()}}
        serving = self.register("serving", [self.sleeper("app", command=["sh", "-c", SERVE], portMappings=[
            {"name": "web", "containerPort": 8080, "appProtocol": "http"}])], networkMode="awsvpc")
        made = self.ecs.create_service(
            cluster="mesh", serviceName="shop", taskDefinition=serving["taskDefinitionArn"], desiredCount=2, networkConfiguration=network,
            serviceConnectConfiguration={"enabled": True, "services": [
                {"portName": "web", "discoveryName": "shop", "clientAliases": [{"port": 80, "dnsName": "shop"}]}]})["service"]
        found = made["deployments"][0]["serviceConnectResources"][0]
        addresses = until("both tasks are instances", lambda: self.instances(found["discoveryArn"], 2))

        # A client of the namespace, by each of the names.
        client = self.service("client", "awsvpc", {"enabled": True}, networkConfiguration=network)
        until("both answer", lambda: {self.fetch(client, "http://shop/") for _ in range(4)} == addresses)
        self.assertIn(self.fetch(client, "http://shop.corp/"), addresses)
        # One in bridge mode knows the name too, but is a member of no group, and only those are let in.
        shared = self.service("shared", "bridge", {"enabled": True})
        self.assertIn("shop", self.shell(shared, "cat /etc/hosts").split())
        self.refused(shared, "http://shop/")
        hosts = self.shell(client, "cat /etc/hosts")
        endpoint = next(line.split()[0] for line in hosts.splitlines() if line.split()[1:] == ["shop"])

        # Whoever is in no namespace, or another one, knows no name and is refused at the address; so is every other port of it.
        self.map.create_http_namespace(Name="elsewhere")
        outsider = self.service("outsider", "awsvpc", {"enabled": True, "namespace": "elsewhere"}, networkConfiguration=network)
        alone = self.service("alone", "awsvpc", None, networkConfiguration=network)
        for task in (outsider, alone):
            self.assertNotIn("shop", self.shell(task, "cat /etc/hosts").split())
            self.refused(task, f"http://{endpoint}/")
            # Its groups would let it reach the tasks themselves.
            self.assertIn(self.fetch(task, f"http://{min(addresses)}:8080/"), addresses)
        self.refused(client, f"http://{endpoint}:8080/")
        self.refused(client, f"http://{endpoint}:15001/")

        # A task of the namespace whose security group the serving tasks do not let in.
        managed = self.foreign_group()
        stranger = self.service("stranger", "awsvpc", {"enabled": True}, networkConfiguration={
            "awsvpcConfiguration": {**network["awsvpcConfiguration"], "securityGroups": [managed]}})
        self.assertIn("shop", self.shell(stranger, "cat /etc/hosts").split())
        self.refused(stranger, "http://shop/")

        # A restart of the server keeps names and connections.
        self.world.kill()
        self.world.start()
        self.assertEqual(self.shell(client, "cat /etc/hosts"), hosts)
        until("it is answered", lambda: self.fetch(client, "http://shop/") in addresses)

        # One task is stopped: no request fails, and once another has come it answers too.
        gone = self.ecs.list_tasks(cluster="mesh", serviceName="shop")["taskArns"][0]
        self.ecs.stop_task(cluster="mesh", task=gone)
        script = "i=0; while [ $i -lt 150 ]; do wget -qO- http://shop/ >> /tmp/said || echo failed >> /tmp/said; i=$((i+1)); done; cat /tmp/said"
        said = self.shell(client, script).split()
        self.assertEqual(len(said), 150)
        self.assertNotIn("failed", said)
        later = until("another task has come", lambda: self.instances(found["discoveryArn"], 2, other_than=addresses))
        until("both answer again", lambda: {self.fetch(client, "http://shop/") for _ in range(4)} == later)

        # What is deleted is gone: nobody answers there, and nothing stands for it.
        self.ecs.delete_service(cluster="mesh", service="shop", force=True)
        until("nobody answers", lambda: self.inside_code(client, "http://shop/") != 0)
        self.assertEqual(self.map.list_services()["Services"], [])
        until("it is refused", lambda: b"refused" in self.inside(client, "wget", "-qO-", "http://shop/")[2])

    # what the test is made of

    def instances(self, arn, count, other_than=None):
        """The addresses of all instances, when there are so many."""
        found = self.map.list_instances(ServiceId=arn.rsplit("/", 1)[1])["Instances"]
        addresses = {each["Attributes"]["AWS_INSTANCE_IPV4"] for each in found}
        return addresses if len(addresses) == count and addresses != other_than else None

    def service(self, name, mode, connect, **others):
        """A running task of a new service."""
        definition = self.register(name, [self.sleeper("app")], networkMode=mode)["taskDefinitionArn"]
        more = {"serviceConnectConfiguration": connect} if connect else {}
        self.ecs.create_service(cluster="mesh", serviceName=name, taskDefinition=definition, desiredCount=1, enableExecuteCommand=True,
                                **more, **others)
        return until(f"{name} runs", lambda: self.task_of(name))

    def task_of(self, service):
        arns = self.ecs.list_tasks(cluster="mesh", serviceName=service)["taskArns"]
        tasks_found = self.ecs.describe_tasks(cluster="mesh", tasks=arns)["tasks"] if arns else []
        return next((task for task in tasks_found if task["lastStatus"] == "RUNNING"), None)

    def foreign_group(self):
        """A security group that the default one says nothing of: an Express service's own."""
        made = self.ecs.create_express_gateway_service(
            executionRoleArn=self.world.role("execution"), infrastructureRoleArn=self.world.role("infrastructure"),
            serviceName="foreign", primaryContainer={"image": "busybox:demo", "command": ["sleep", "100000"]})["service"]
        resources = until("its groups are made", lambda: self.groups_of(made["serviceArn"]))
        return resources[0]

    def groups_of(self, arn):
        shown = self.ecs.describe_express_gateway_service(serviceArn=arn)["service"]["activeConfigurations"]
        return shown[0].get("networkConfiguration", {}).get("securityGroups", []) if shown else []

    def inside_code(self, task, url):
        return self.inside(task, "wget", "-qO-", url)[0]

    def fetch(self, task, url):
        code, page, words = self.inside(task, "wget", "-qO-", url)
        return page.decode().strip() if code == 0 else words.decode()

    def refused(self, task, url):
        code, _, words = self.inside(task, "wget", "-qO-", url)
        self.assertEqual((code, b"refused" in words), (1, True), words)


if __name__ == "__main__":
    unittest.main(verbosity=2)
