"""Queues of SQS with boto3 and the aws CLI: messages, waiting, kill -9, and events and schedules that end up in a queue."""

import json
import subprocess
import threading
import time
import unittest

import tasks
import world
from botocore.exceptions import ClientError


class Queues(tasks.TaskCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sqs, cls.events, cls.scheduler = (cls.world.client(name) for name in ("sqs", "events", "scheduler"))

    def make(self, name, **attributes):
        """URL and ARN of a new queue."""
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def receive(self, url, wait=0, **others):
        return self.sqs.receive_message(QueueUrl=url, WaitTimeSeconds=wait, MaxNumberOfMessages=10, **others).get("Messages", [])

    def aws(self, *words):
        # Version 1 of the command line knows no other way to another endpoint of SQS.
        done = subprocess.run([world.AWS, "--endpoint-url", self.world.endpoint, *words, "--output", "json"], capture_output=True, text=True, timeout=60,
                              env=self.world.client_environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout) if done.stdout.strip() else {}

    def test_a_message_goes_there_and_back(self):
        url, _ = self.make("plain")
        attributes = {"kind": {"DataType": "String", "StringValue": "order"}, "raw": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}
        sent = self.sqs.send_message(QueueUrl=url, MessageBody="grüße 🚢", MessageAttributes=attributes)
        found = self.receive(url, MessageAttributeNames=["All"], AttributeNames=["All"])[0]
        self.assertEqual((found["MessageId"], found["Body"]), (sent["MessageId"], "grüße 🚢"))
        self.assertEqual((found["MD5OfBody"], found["MD5OfMessageAttributes"]), (sent["MD5OfMessageBody"], sent["MD5OfMessageAttributes"]))
        self.assertEqual(found["MessageAttributes"], attributes)
        self.assertEqual(found["Attributes"]["ApproximateReceiveCount"], "1")
        self.assertEqual(self.receive(url), [])
        self.sqs.delete_message(QueueUrl=url, ReceiptHandle=found["ReceiptHandle"])
        counts = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        self.assertEqual((counts["ApproximateNumberOfMessages"], counts["ApproximateNumberOfMessagesNotVisible"]), ("0", "0"))

    def test_errors_have_the_names_that_clients_know(self):
        with self.assertRaises(self.sqs.exceptions.QueueDoesNotExist) as refused:
            self.sqs.get_queue_url(QueueName="nobody-made-it")
        self.assertEqual(refused.exception.response["Error"]["Code"], "AWS.SimpleQueueService.NonExistentQueue")
        self.assertEqual(refused.exception.response["Error"]["Type"], "Sender")
        self.make("named", DelaySeconds="1")
        with self.assertRaises(self.sqs.exceptions.QueueNameExists):
            self.sqs.create_queue(QueueName="named", Attributes={"DelaySeconds": "2"})
        with self.assertRaises(ClientError) as refused:
            self.receive(self.sqs.get_queue_url(QueueName="named")["QueueUrl"], wait=21)
        self.assertEqual(refused.exception.response["Error"]["Code"], "InvalidParameterValue")

    def test_a_receiver_waits_without_asking_again(self):
        url, _ = self.make("waited-for")
        got = []
        receivers = [threading.Thread(target=lambda: got.append(self.receive(url, wait=20))) for _ in range(3)]
        for each in receivers:
            each.start()
        # While they wait the API answers others, and everybody gets one of three.
        for number in range(3):
            self.sqs.send_message(QueueUrl=url, MessageBody=str(number))
        for each in receivers:
            each.join(60)
        self.assertEqual(sorted(each["Body"] for messages in got for each in messages), ["0", "1", "2"])
        began = time.monotonic()
        self.assertEqual(self.receive(url, wait=1), [])
        self.assertGreaterEqual(time.monotonic() - began, 0.9)

    def test_what_was_acknowledged_survives_a_kill(self):
        url, _ = self.make("durable")
        self.make("ordered.fifo", FifoQueue="true", ContentBasedDeduplication="true")
        fifo = self.sqs.get_queue_url(QueueName="ordered.fifo")["QueueUrl"]
        sent = [self.sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": f"{batch}-{i}"} for i in range(10)])
                for batch in range(5)]
        first = self.sqs.send_message(QueueUrl=fifo, MessageBody="once", MessageGroupId="g")
        held = self.receive(fifo, VisibilityTimeout=600)
        self.world.kill()
        self.world.start()
        ids = {entry["MessageId"] for answer in sent for entry in answer["Successful"]}
        found = set()
        for _ in range(10):
            found |= {each["MessageId"] for each in self.receive(url)}
        self.assertEqual(found, ids)
        again = self.sqs.send_message(QueueUrl=fifo, MessageBody="once", MessageGroupId="g")
        self.assertEqual(again["SequenceNumber"], first["SequenceNumber"])
        self.assertEqual(self.receive(fifo), [])
        self.sqs.delete_message(QueueUrl=fifo, ReceiptHandle=held[0]["ReceiptHandle"])

    def test_too_many_receives_end_in_the_dead_letter_queue(self):
        dead, arn = self.make("dead")
        url, source = self.make("source", VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2}))
        self.assertEqual(self.sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"], [url])
        self.sqs.send_message(QueueUrl=url, MessageBody="bad")
        self.assertEqual([len(self.receive(url)) for _ in range(3)], [1, 1, 0])
        moved = self.receive(dead, AttributeNames=["All"])[0]
        self.assertEqual((moved["Body"], moved["Attributes"]["DeadLetterQueueSourceArn"]), ("bad", source))

    def test_the_command_line_speaks_to_queues(self):
        url = self.aws("sqs", "create-queue", "--queue-name", "typed", "--attributes", "VisibilityTimeout=5", "--tags", "team=shop")["QueueUrl"]
        self.assertTrue(url.startswith(self.world.endpoint))
        self.assertIn(url, self.aws("sqs", "list-queues")["QueueUrls"])
        self.aws("sqs", "send-message", "--queue-url", url, "--message-body", "typed in")
        found = self.aws("sqs", "receive-message", "--queue-url", url, "--attribute-names", "SentTimestamp", "--wait-time-seconds", "5")["Messages"][0]
        self.assertEqual((found["Body"], list(found["Attributes"])), ("typed in", ["SentTimestamp"]))
        self.aws("sqs", "delete-message", "--queue-url", url, "--receipt-handle", found["ReceiptHandle"])
        self.assertEqual(self.aws("sqs", "list-queue-tags", "--queue-url", url)["Tags"], {"team": "shop"})
        self.aws("sqs", "delete-queue", "--queue-url", url)
        refused = subprocess.run([world.AWS, "--endpoint-url", self.world.endpoint, "sqs", "get-queue-url", "--queue-name", "typed"], capture_output=True, text=True, timeout=60,
                                 env=self.world.client_environment())
        self.assertIn("AWS.SimpleQueueService.NonExistentQueue", refused.stderr)

    def test_state_changes_of_tasks_arrive_in_a_queue(self):
        url, arn = self.make("changes")
        pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"], "detail": {"group": ["queued"]}}
        self.events.put_rule(Name="changes", EventPattern=json.dumps(pattern))
        put = self.events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": arn}])
        self.assertEqual(put["FailedEntryCount"], 0)
        task = self.run_task(self.register("queued", [self.sleeper("app")]), group="queued")
        self.stop(task)
        told = []

        def stopped():
            told.extend(json.loads(each["Body"]) for each in self.receive(url, wait=5))
            return any(event["detail"]["lastStatus"] == "STOPPED" for event in told)

        world.until("its end is in the queue", stopped)
        self.assertEqual({event["detail"]["taskArn"] for event in told}, {task["taskArn"]})
        self.assertEqual(len({event["id"] for event in told}), len(told))

    def test_a_schedule_that_reaches_nobody_ends_in_its_dead_letter_queue(self):
        url, arn = self.make("given-up")
        cluster = self.ecs.describe_clusters()["clusters"][0]["clusterArn"]
        self.scheduler.create_schedule(
            Name="astray", ScheduleExpression="rate(1 hour)", FlexibleTimeWindow={"Mode": "OFF"}, Target={
                "Arn": cluster.replace("default", "nobody-made-it"), "RoleArn": self.world.role("caller"), "Input": '{"containerOverrides":[]}',
                "EcsParameters": {"TaskDefinitionArn": "none"}, "RetryPolicy": {"MaximumRetryAttempts": 0}, "DeadLetterConfig": {"Arn": arn}})
        found = world.until("it is given up", lambda: self.receive(url, wait=5, MessageAttributeNames=["All"]))[0]
        why = {name: value["StringValue"] for name, value in found["MessageAttributes"].items()}
        self.assertEqual((found["Body"], why["ERROR_CODE"], why["RETRY_ATTEMPTS"]), ('{"containerOverrides":[]}', "ClusterNotFoundException", "0"))
        self.assertTrue(why["SCHEDULE_ARN"].endswith(":schedule/default/astray"))


if __name__ == "__main__":
    unittest.main()
