// The reader of streams in ADK's own web page, taken unchanged out of its bundle and given a server to read from.
// Arguments: the folder of the bundle, the server's address, a session, a message.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, base, session, text] = process.argv.slice(2);
const main = readdirSync(folder).find((name) => /^main.*\.js$/.test(name));
const source = readFileSync(join(folder, main), "utf8");
const begin = source.search(/runSse\(\w\)\{let/);
const end = source.indexOf("listApps", begin);
if (begin < 0 || end < 0) throw new Error("this version of the page reads streams in another way");

class Stream {
  constructor(read) {
    this.read = read;
  }
}
// The one name of the bundle that the method needs: its class of streams.
const name = /return this\.isLoading\.next\(!0\),new ([\w$]+)\(/.exec(source.slice(begin, end))[1];
const service = new Function(name, `return {${source.slice(begin, end)}}`)(Stream);
Object.assign(service, { apiServerDomain: base, isLoading: { next() {} }, zone: { run: (act) => act() } });

const events = [];
const message = { role: "user", parts: [{ text }] };
const request = { appName: "nemo_agent", userId: "user", sessionId: session, newMessage: message, streaming: false };
await new Promise((complete, error) => {
  service.runSse({ ...request, stateDelta: null }).read({ next: (event) => events.push(event), error, complete });
});
console.log(JSON.stringify(events));
