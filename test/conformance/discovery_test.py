"""Cloud Map with AWS's own client, and its names inside real containers."""

import ipaddress
import json
import subprocess
import unittest

import botocore.exceptions

import tasks
from world import until

# Each task says its own address: the last of the line that the agent gave it in /etc/hosts.
SERVE = "mkdir -p /tmp/www && tail -1 /etc/hosts | cut -f1 > /tmp/www/index.html && exec httpd -f -p 8080 -h /tmp/www"


class Discovery(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.map = cls.world.client("servicediscovery")

    def test_a_service_by_its_name(self):
        space = self.done(self.map.create_private_dns_namespace(Name="corp.internal", Vpc="vpc-1"))["NAMESPACE"]
        web = self.map.create_service(Name="web", NamespaceId=space, HealthCheckCustomConfig={"FailureThreshold": 1}, DnsConfig={
            "DnsRecords": [{"Type": "A", "TTL": 5}]})["Service"]
        db = self.map.create_service(Name="db", NamespaceId=space, DnsConfig={"DnsRecords": [{"Type": "SRV", "TTL": 5}]})["Service"]
        network = {"awsvpcConfiguration": {"subnets": self.subnets()}}
        serving = self.register("serving", [self.sleeper("app", command=["sh", "-c", SERVE], portMappings=[{"containerPort": 8080}])],
                                networkMode="awsvpc")["taskDefinitionArn"]
        self.ecs.create_service(serviceName="shop", taskDefinition=serving, desiredCount=2, networkConfiguration=network,
                                serviceRegistries=[{"registryArn": web["Arn"]}])
        self.ecs.create_service(serviceName="store", taskDefinition=serving, desiredCount=1, networkConfiguration=network,
                                serviceRegistries=[{"registryArn": db["Arn"], "port": 8080}])
        found = until("both tasks are discovered", lambda: self.discover("web", 2))
        addresses = {each["Attributes"]["AWS_INSTANCE_IPV4"] for each in found}
        task = self.ecs.list_tasks(serviceName="shop")["taskArns"][0].rsplit("/", 1)[1]
        mine = next(each for each in found if each["InstanceId"] == task)
        self.assertEqual(mine["HealthStatus"], "HEALTHY")
        self.assertEqual({name: mine["Attributes"][name] for name in ("ECS_SERVICE_NAME", "ECS_CLUSTER_NAME", "ECS_TASK_DEFINITION_FAMILY")},
                         {"ECS_SERVICE_NAME": "shop", "ECS_CLUSTER_NAME": "default", "ECS_TASK_DEFINITION_FAMILY": "serving"})

        # From inside another task, whichever network it has.
        own = self.run_task(self.register("asking", [self.sleeper("app")], networkMode="awsvpc"), networkConfiguration=network,
                            enableExecuteCommand=True)
        shared = self.run_task(self.register("sharing", [self.sleeper("app")], networkMode="bridge"), enableExecuteCommand=True)
        for asking in (own, shared):
            until("the name has both addresses", lambda: self.looked_up(asking, "web.corp.internal") == addresses)
            self.assertEqual(self.looked_up(asking, "nobody.corp.internal"), set())
        # Members of the default security group let each other in.
        for address in addresses:
            code, page, words = self.inside(own, "wget", "-qO-", f"http://{address}:8080/")
            self.assertEqual((code, page.decode().strip()), (0, address), words)
        target = until("the other service is discovered", lambda: self.discover("db", 1))[0]
        until("its record has a name and a port", lambda: f"{target['InstanceId']}.db.corp.internal" in self.service_record(own))
        self.assertEqual(self.looked_up(own, f"{target['InstanceId']}.db.corp.internal"), {target["Attributes"]["AWS_INSTANCE_IPV4"]})

        # A restart of the server keeps what is told, and containers never notice.
        self.world.kill()
        self.assertEqual(self.lookup_without_server(own), addresses)
        self.world.start()

        # Fewer tasks, fewer addresses; none, no name.
        self.ecs.update_service(service="shop", desiredCount=1)
        left = until("one is left", lambda: self.discover("web", 1))[0]["Attributes"]["AWS_INSTANCE_IPV4"]
        until("the name has one address", lambda: self.looked_up(own, "web.corp.internal") == {left})
        self.refused("ResourceInUse", self.map.delete_service, Id=web["Id"])
        for service in ("shop", "store"):
            self.ecs.delete_service(service=service, force=True)
        until("no instance is left", lambda: self.map.list_instances(ServiceId=web["Id"])["Instances"] == []
              and self.map.list_instances(ServiceId=db["Id"])["Instances"] == [])
        until("the name is gone", lambda: self.looked_up(own, "web.corp.internal") == set())
        self.refused("ResourceInUse", self.map.delete_namespace, Id=space)
        self.map.delete_service(Id=web["Id"])
        self.map.delete_service(Id=db["Id"])
        self.done(self.map.delete_namespace(Id=space))
        self.stop(own)
        self.stop(shared)

    def test_what_users_register(self):
        space = self.done(self.map.create_http_namespace(Name="calls", Tags=[{"Key": "team", "Value": "sea"}]))["NAMESPACE"]
        with self.assertRaises(self.map.exceptions.NamespaceAlreadyExists) as taken:
            self.map.create_http_namespace(Name="calls")
        self.assertEqual(taken.exception.response["NamespaceId"], space)
        service = self.map.create_service(Name="api", NamespaceId=space)["Service"]
        with self.assertRaises(self.map.exceptions.ServiceAlreadyExists) as taken:
            self.map.create_service(Name="api", NamespaceId=space)
        self.assertEqual((taken.exception.response["ServiceId"], taken.exception.response["ServiceArn"]), (service["Id"], service["Arn"]))
        for number in range(5):
            self.done(self.map.register_instance(ServiceId=service["Id"], InstanceId=f"i{number}", Attributes={"stage": str(number % 2)}))
        found = self.map.discover_instances(NamespaceName="calls", ServiceName="api", QueryParameters={"stage": "1"})
        self.assertEqual({each["InstanceId"] for each in found["Instances"]}, {"i1", "i3"})
        self.assertEqual(found["InstancesRevision"], self.map.discover_instances_revision(
            NamespaceName="calls", ServiceName="api")["InstancesRevision"])
        self.assertEqual(self.map.list_tags_for_resource(ResourceARN=self.map.get_namespace(Id=space)["Namespace"]["Arn"])["Tags"],
                         [{"Key": "team", "Value": "sea"}])
        # Every paginator that the client has, in pages of two.
        other = self.done(self.map.create_http_namespace(Name="others"))["NAMESPACE"]
        third = self.done(self.map.create_http_namespace(Name="more"))["NAMESPACE"]
        more = [self.map.create_service(Name=f"s{number}", NamespaceId=other)["Service"]["Id"] for number in range(3)]
        asked = {"list_instances": {"ServiceId": service["Id"]}, "list_namespaces": {}, "list_operations": {}, "list_services": {}}
        for name in ("list_instances", "list_namespaces", "list_operations", "list_services"):
            self.assertTrue(self.map.can_paginate(name))
            pages = list(self.map.get_paginator(name).paginate(**asked[name], PaginationConfig={"PageSize": 2}))
            self.assertGreater(len(pages), 1, name)
            key = next(key for key in pages[0] if isinstance(pages[0][key], list))
            ids = [each["Id"] for page in pages for each in page[key]]
            self.assertEqual(len(ids), len(set(ids)), name)
            self.assertEqual(set(ids), {each["Id"] for each in getattr(self.map, name)(**asked[name])[key]}, name)
        for number in range(5):
            self.map.deregister_instance(ServiceId=service["Id"], InstanceId=f"i{number}")
        for each in (service["Id"], *more):
            self.map.delete_service(Id=each)
        for each in (space, other, third):
            self.map.delete_namespace(Id=each)

    # what the tests are made of

    def done(self, answer):
        """The targets of an operation that has ended well."""
        operation = self.map.get_operation(OperationId=answer["OperationId"])["Operation"]
        self.assertEqual(operation["Status"], "SUCCESS", json.dumps(operation, default=str))
        return operation["Targets"]

    def discover(self, name, count):
        found = self.map.discover_instances(NamespaceName="corp.internal", ServiceName=name)["Instances"]
        return found if len(found) == count else None

    def refused(self, code, call, **request):
        with self.assertRaises(botocore.exceptions.ClientError) as refusal:
            call(**request)
        self.assertEqual(refusal.exception.response["Error"]["Code"], code)

    def looked_up(self, task, name):
        """The addresses that a container is told for a name."""
        return self.addresses_in(self.inside(task, "nslookup", name)[1].decode())

    @staticmethod
    def addresses_in(said):
        """What nslookup found; the first paragraph is about the server that it asked."""
        return {line.split()[-1] for line in said.partition("\n\n")[2].splitlines() if line.startswith("Address")}

    def service_record(self, task):
        return self.inside(task, "nslookup", "-type=srv", "db.corp.internal")[1].decode()

    def lookup_without_server(self, task):
        """Asks from the network of a task while there is no server to open a session in it."""
        resolver = str(ipaddress.ip_network(self.world.network)[1])
        said = subprocess.run(["nsenter", f"--net={self.world.state}/network/netns/{self.id_of(task)}", "busybox", "nslookup",
                               "web.corp.internal", resolver], capture_output=True, text=True, check=True).stdout
        return self.addresses_in(said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
