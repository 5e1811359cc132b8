// A log router of a task with Fluent's own server of the forward protocol: takes its sockets from the configuration that
// FireLens gave it, and writes every message as a line of JSON: [tag, seconds, record].
//
//   node fluent_router.mjs <configuration> <file>
import fs from "node:fs";
import {FluentServer} from "@fluent-org/logger";

const [configuration, path] = process.argv.slice(2);
const text = fs.readFileSync(configuration, "utf8");
const write = (...message) => fs.appendFileSync(path, JSON.stringify(message) + "\n");

const places = [...text.matchAll(/@type unix\n +path (\S+)/g)].map(([, place]) => ({path: place}));
for (const {path: place} of places) fs.rmSync(place, {force: true});
const doors = [...text.matchAll(/@type forward\n +bind (\S+)\n +port (\d+)/g)].map(([, host, port]) => ({host, port: Number(port)}));

process.on("SIGTERM", () => {
  write("receiver", 0, {stopped: true});
  process.exit(0);
});
for (const listenOptions of [...places, ...doors]) {
  const server = new FluentServer({listenOptions});
  server.on("entry", (tag, time, record) => write(tag, typeof time === "number" ? time : time.epoch + time.nano / 1e9, record));
  await server.listen();
}
write("receiver", 0, {configuration: text});
