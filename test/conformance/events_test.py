"""Rules, schedules and events of ECS, with AWS's own clients and real containers."""

import datetime
import json
import subprocess
import unittest

import tasks
import world
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/caller"


class Events(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events, cls.scheduler, cls.logs = (cls.world.client(name) for name in ("events", "scheduler", "logs"))
        cls.cluster = cls.ecs.describe_clusters()["clusters"][0]["clusterArn"]

    def group(self, name):
        self.logs.create_log_group(logGroupName=name)
        return self.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"][0]["arn"]

    def said(self, group):
        return [json.loads(each["message"]) for each in self.logs.filter_log_events(logGroupName=group)["events"]]

    def brief(self, family):
        return self.register(family, [{"name": "app", "image": "busybox:demo", "memory": 64, "command": ["true"]}])

    def ran(self, started_by, status="STOPPED"):
        arns = self.ecs.list_tasks(startedBy=started_by, desiredStatus=status)["taskArns"]
        return self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []

    def test_state_changes_of_tasks_reach_a_log_group(self):
        arn = self.group("/watch")
        pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"], "detail": {"group": ["watched"]}}
        self.events.put_rule(Name="watch", EventPattern=json.dumps(pattern))
        put = self.events.put_targets(Rule="watch", Targets=[{"Id": "log", "Arn": arn}])
        self.assertEqual(put["FailedEntryCount"], 0)
        self.stop(self.run_task(self.register("other", [self.sleeper("app")])))
        task = self.run_task(self.register("watched", [self.sleeper("app")]), group="watched")
        # Killed while it runs, the server still tells of everything that happens to the task.
        self.world.kill()
        self.world.start()
        self.stop(task)
        last = world.until("its end is told", lambda: [each for each in self.said("/watch") if each["detail"]["lastStatus"] == "STOPPED"])[-1]
        self.assertEqual(last["resources"], [task["taskArn"]])
        self.assertEqual((last["source"], last["detail-type"], last["version"]), ("aws.ecs", "ECS Task State Change", "0"))
        detail = last["detail"]
        self.assertEqual(detail["stopCode"], "UserInitiated")
        self.assertRegex(detail["stoppedAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertEqual(detail["containers"][0]["name"], "app")
        told = self.said("/watch")
        self.assertEqual({each["detail"]["taskArn"] for each in told}, {task["taskArn"]})
        seen = [each["detail"]["lastStatus"] for each in sorted(told, key=lambda each: each["detail"]["version"])]
        self.assertEqual(list(dict.fromkeys(seen))[:2] + seen[-1:], ["PENDING", "RUNNING", "STOPPED"])
        versions = [each["detail"]["version"] for each in told]
        self.assertEqual(sorted(set(versions)), list(range(1, max(versions) + 1)))

    def test_deployments_and_services_tell_what_happens(self):
        arn = self.group("/deployments")
        pattern = {"detail-type": ["ECS Deployment State Change", "ECS Service Action"]}
        self.events.put_rule(Name="deployments", EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule="deployments", Targets=[{"Id": "log", "Arn": arn}])
        self.register("served", [self.sleeper("app")])
        service = self.ecs.create_service(serviceName="told", taskDefinition="served", desiredCount=1)["service"]
        told = world.until("it is steady", lambda: (lambda names: names if "SERVICE_STEADY_STATE" in names else None)(
            [each["detail"]["eventName"] for each in self.said("/deployments")]))
        self.assertEqual(told[0], "SERVICE_DEPLOYMENT_IN_PROGRESS")
        self.assertIn("SERVICE_DEPLOYMENT_COMPLETED", told)
        self.assertEqual({tuple(each["resources"]) for each in self.said("/deployments")}, {(service["serviceArn"],)})
        self.ecs.delete_service(service="told", force=True)

    def test_own_events_are_filtered_and_transformed(self):
        arn = self.group("/orders")
        self.events.create_event_bus(Name="orders")
        self.events.put_rule(Name="big", EventBusName="orders", EventPattern=json.dumps({"detail": {"total": [{"numeric": [">", 100]}]}}))
        self.events.put_targets(Rule="big", EventBusName="orders", Targets=[{"Id": "log", "Arn": arn, "InputTransformer": {
            "InputPathsMap": {"total": "$.detail.total"}, "InputTemplate": '{"sum": <total>}'}}])
        answer = self.events.put_events(Entries=[
            {"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"total": total}), "EventBusName": "orders"} for total in (200, 20)])
        self.assertEqual(answer["FailedEntryCount"], 0)
        self.assertEqual(world.until("it is there", lambda: self.said("/orders")), [{"sum": 200}])
        with self.assertRaises(ClientError) as refused:
            self.events.put_rule(Name="bad", EventPattern='{"source":"x"}')
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidEventPatternException")
        with self.assertRaises(self.events.exceptions.ResourceNotFoundException):
            self.events.describe_rule(Name="none")

    def test_a_single_time_runs_a_task_and_goes(self):
        definition = self.brief("once")
        zone = datetime.timezone(datetime.timedelta(hours=9))
        due = datetime.datetime.now(zone) + datetime.timedelta(seconds=4)
        self.scheduler.create_schedule(
            Name="once", ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})", ScheduleExpressionTimezone="Asia/Tokyo",
            FlexibleTimeWindow={"Mode": "OFF"}, ActionAfterCompletion="DELETE",
            Target={"Arn": self.cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": definition["taskDefinitionArn"], "TaskCount": 2},
                    "Input": json.dumps({"containerOverrides": [{"name": "app", "command": ["sh", "-c", "exit 7"]}]})})
        self.assertEqual(self.scheduler.get_schedule(Name="once")["State"], "ENABLED")
        self.assertEqual(self.ran("chronos-schedule/once", "RUNNING"), [])
        done = world.until("both have ended", lambda: (lambda found: found if len(found) == 2 and all(
            each["lastStatus"] == "STOPPED" for each in found) else None)(self.ran("chronos-schedule/once")))
        self.assertEqual([each["containers"][0]["exitCode"] for each in done], [7, 7])
        with self.assertRaises(self.scheduler.exceptions.ResourceNotFoundException) as gone:
            self.scheduler.get_schedule(Name="once")
        self.assertEqual(gone.exception.response["ResponseMetadata"]["HTTPStatusCode"], 404)

    def test_what_was_missed_while_the_server_was_away_runs_once(self):
        definition = self.brief("missed")
        due = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=2)
        self.scheduler.create_schedule(
            Name="missed", ScheduleExpression=f"at({due:%Y-%m-%dT%H:%M:%S})", FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": self.cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": definition["taskDefinitionArn"]}})
        self.world.kill()
        world.until("its time has passed", lambda: datetime.datetime.now(datetime.timezone.utc) > due)
        self.world.start()
        world.until("it ran", lambda: self.ran("chronos-schedule/missed"))
        self.world.kill()
        self.world.start()
        self.scheduler.get_schedule(Name="missed")
        self.assertEqual(len(self.ran("chronos-schedule/missed")) + len(self.ran("chronos-schedule/missed", "RUNNING")), 1)

    def test_paginators(self):
        for name in ("page-a", "page-b", "page-c"):
            self.events.put_rule(Name=name, ScheduleExpression="rate(1 day)", State="DISABLED")
            self.events.put_targets(Rule=name, Targets=[{"Id": each, "Arn": self.cluster, "EcsParameters": {"TaskDefinitionArn": "x"}} for each in "xyz"])
            self.scheduler.create_schedule_group(Name=name, Tags=[{"Key": "a", "Value": "b"}])
            self.scheduler.create_schedule(Name=name, GroupName=name, ScheduleExpression="cron(0 3 ? * MON#1 *)", State="DISABLED",
                                           FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
                                           Target={"Arn": self.cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "x"}})

        def pages(client, operation, **members):
            found = list(client.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **members))
            self.assertGreater(len(found), 1, operation)
            return found

        def names(found, items, name="Name"):
            return [each[name] for page in found for each in page[items]]

        self.assertEqual(names(pages(self.events, "list_rules", NamePrefix="page-"), "Rules"), ["page-a", "page-b", "page-c"])
        self.assertEqual(names(pages(self.events, "list_targets_by_rule", Rule="page-a"), "Targets", "Id"), ["x", "y", "z"])
        by_target = pages(self.events, "list_rule_names_by_target", TargetArn=self.cluster)
        self.assertEqual([name for page in by_target for name in page["RuleNames"]], ["page-a", "page-b", "page-c"])
        self.assertEqual(names(pages(self.scheduler, "list_schedules", NamePrefix="page-"), "Schedules"), ["page-a", "page-b", "page-c"])
        self.assertEqual(names(pages(self.scheduler, "list_schedule_groups", NamePrefix="page-"), "ScheduleGroups"), ["page-a", "page-b", "page-c"])
        arn = self.scheduler.get_schedule_group(Name="page-a")["Arn"]
        self.scheduler.tag_resource(ResourceArn=arn, Tags=[{"Key": "c d", "Value": "e/f"}])
        self.scheduler.untag_resource(ResourceArn=arn, TagKeys=["a"])
        self.assertEqual(self.scheduler.list_tags_for_resource(ResourceArn=arn)["Tags"], [{"Key": "c d", "Value": "e/f"}])
        self.scheduler.delete_schedule_group(Name="page-a")
        with self.assertRaises(self.scheduler.exceptions.ResourceNotFoundException):
            self.scheduler.get_schedule(Name="page-a", GroupName="page-a")
        with self.assertRaises(self.scheduler.exceptions.ConflictException):
            self.scheduler.create_schedule_group(Name="page-b")
        with self.assertRaises(self.scheduler.exceptions.ValidationException) as refused:
            self.scheduler.update_schedule(Name="page-b", GroupName="page-b", ScheduleExpression="rate(1 days)", FlexibleTimeWindow={"Mode": "OFF"},
                                           Target={"Arn": self.cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "x"}})
        self.assertIn("Invalid Schedule Expression rate(1 days).", refused.exception.response["Error"]["Message"])

    def aws(self, *words):
        done = subprocess.run([world.AWS, *words, "--output", "json"], capture_output=True, text=True, env=self.world.client_environment(), timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout or "{}")

    def test_the_command_line(self):
        rule = self.aws("events", "put-rule", "--name", "typed", "--schedule-expression", "rate(1 hour)")
        self.assertTrue(rule["RuleArn"].endswith(":rule/typed"))
        target = f"Id=1,Arn={self.cluster},EcsParameters={{TaskDefinitionArn=x,TaskCount=1}}"
        self.assertEqual(self.aws("events", "put-targets", "--rule", "typed", "--targets", target)["FailedEntryCount"], 0)
        self.assertEqual(self.aws("events", "describe-rule", "--name", "typed")["ScheduleExpression"], "rate(1 hour)")
        made = self.aws("scheduler", "create-schedule", "--name", "typed", "--schedule-expression", "rate(1 hour)", "--state", "DISABLED",
                        "--flexible-time-window", "Mode=OFF", "--target", json.dumps({
                            "Arn": self.cluster, "RoleArn": ROLE, "EcsParameters": {"TaskDefinitionArn": "x"}}))
        self.assertTrue(made["ScheduleArn"].endswith(":schedule/default/typed"))
        self.assertEqual(self.aws("scheduler", "get-schedule", "--name", "typed")["State"], "DISABLED")
        self.aws("scheduler", "delete-schedule", "--name", "typed")


if __name__ == "__main__":
    unittest.main()
