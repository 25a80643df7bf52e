// Loaded before an HTTP server: whatever port it asks for, it listens on loopback, at `LOOPBACK_PORT` or at a free port,
// and writes the port to the file descriptor `PORT_TO`.
import { closeSync, writeSync } from "node:fs";
import { Server } from "node:net";

const listen = Server.prototype.listen;

Server.prototype.listen = function (_port, whenListening) {
  this.once("listening", () => {
    writeSync(Number(process.env.PORT_TO), `${this.address().port}\n`);
    closeSync(Number(process.env.PORT_TO));
  });
  return listen.call(this, Number(process.env.LOOPBACK_PORT), "127.0.0.1", whenListening);
};
