"""Every waiter and every paginator that Amazon's Python client has for ECS."""

import unittest

import botocore

import tasks


class Pages(tasks.TaskCase):
    """Each list has at least three things in it and is read one at a time."""

    def paged(self, operation, key, **members):
        """All of a list, read in pages of one, after checking that each page had no more."""
        pages = list(self.ecs.get_paginator(operation).paginate(PaginationConfig={"PageSize": 1}, **members))
        self.assertTrue(all(len(page[key]) <= 1 for page in pages), operation)
        self.seen.add(operation)
        return [each for page in pages for each in page[key]]

    def test_paginators(self):
        self.seen = set()
        clusters = [self.ecs.create_cluster(clusterName=f"pages-{n}")["cluster"]["clusterArn"] for n in range(3)]
        self.assertLessEqual(set(clusters), set(self.paged("list_clusters", "clusterArns")))

        definitions = [self.register(f"pages-{n}", [self.sleeper("app")])["taskDefinitionArn"] for n in range(3)]
        self.assertEqual(self.paged("list_task_definition_families", "families", familyPrefix="pages-"),
                         ["pages-0", "pages-1", "pages-2"])
        self.assertLessEqual(set(definitions), set(self.paged("list_task_definitions", "taskDefinitionArns")))

        services = [self.ecs.create_service(cluster="pages-0", serviceName=f"s{n}", taskDefinition="pages-0",
                                            desiredCount=0)["service"]["serviceArn"] for n in range(3)]
        self.assertEqual(sorted(self.paged("list_services", "serviceArns", cluster="pages-0")), services)

        running = self.ecs.run_task(cluster="pages-1", taskDefinition="pages-1", count=3, launchType="EC2")["tasks"]
        found = self.paged("list_tasks", "taskArns", cluster="pages-1")
        self.assertEqual(sorted(found), sorted(each["taskArn"] for each in running))

        instances = self.paged("list_container_instances", "containerInstanceArns", cluster="pages-0")
        self.assertEqual(len(instances), 1)
        attributes = [{"name": f"a{n}", "targetId": instances[0]} for n in range(3)]
        self.ecs.put_attributes(cluster="pages-0", attributes=attributes)
        for each in attributes:
            listed = self.paged("list_attributes", "attributes", cluster="pages-0", targetType="container-instance",
                                attributeName=each["name"])
            self.assertEqual([one["name"] for one in listed], [each["name"]])
        self.assertGreaterEqual(len(self.paged("list_account_settings", "settings", effectiveSettings=True)), 3)
        with self.assertRaises(self.ecs.exceptions.NamespaceNotFoundException):
            self.paged("list_services_by_namespace", "serviceArns", namespace="nobodys")

        # Operations on gateways have no handlers.
        operations = map(botocore.xform_name, self.ecs.meta.service_model.operation_names)
        known = {name for name in operations if "gateway" not in name and self.ecs.can_paginate(name)}
        known.remove("list_services_by_namespace")
        self.assertEqual(known - self.seen, set(), "the client has paginators that are not tried here")
        self.ecs.stop_task(cluster="pages-1", task=found[0])
        for arn in found[1:]:
            self.ecs.stop_task(cluster="pages-1", task=arn)
        self.wait("tasks_stopped", cluster="pages-1", tasks=found)

    def wait(self, name, **members):
        self.ecs.get_waiter(name).wait(WaiterConfig={"Delay": 1, "MaxAttempts": 240}, **members)

    def test_waiters(self):
        self.register("waits", [self.sleeper("app")])
        self.assertEqual({name for name in self.ecs.waiter_names if not name.startswith("daemon_")},
                         {"services_inactive", "services_stable", "tasks_running", "tasks_stopped"})
        task = self.ecs.run_task(taskDefinition="waits", launchType="EC2")["tasks"][0]["taskArn"]
        self.wait("tasks_running", tasks=[task])
        self.assertEqual(self.describe(task)["lastStatus"], "RUNNING")
        self.ecs.create_service(serviceName="waits", taskDefinition="waits", desiredCount=2)
        self.wait("services_stable", services=["waits"])
        self.assertEqual(self.ecs.describe_services(services=["waits"])["services"][0]["runningCount"], 2)
        self.ecs.delete_service(service="waits", force=True)
        self.wait("services_inactive", services=["waits"])
        self.ecs.stop_task(task=task)
        self.wait("tasks_stopped", tasks=[task])
        self.assertEqual(self.describe(task)["lastStatus"], "STOPPED")
        with self.assertRaisesRegex(Exception, "MISSING"):
            self.wait("services_stable", services=["nobody"])

    def test_waiters_of_daemons(self):
        container = {"name": "app", "image": "busybox:demo", "memory": 64, "essential": True}
        made = self.ecs.register_daemon_task_definition(family="watch", containerDefinitions=[container])["daemonTaskDefinitionArn"]
        self.wait("daemon_task_definition_active", daemonTaskDefinition=made)
        self.ecs.delete_daemon_task_definition(daemonTaskDefinition=made)
        self.wait("daemon_task_definition_deleted", daemonTaskDefinition=made)
        nobodys = made.rsplit(":", 1)[0].rsplit(":", 1)[0] + ":daemon-deployment/default/watch/1"
        for name in ("daemon_deployment_stopped", "daemon_deployment_successful"):
            with self.assertRaisesRegex(Exception, "MISSING"):
                self.wait(name, daemonDeploymentArns=[nobodys])


if __name__ == "__main__":
    unittest.main(verbosity=2)
