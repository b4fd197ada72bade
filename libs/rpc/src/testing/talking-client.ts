/** A program for tests to kill: `talking-client.ts PORT KEY CERT PATH CONNECTIONS` sends and receives until it is ended. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:http2';

const [port, keyFile = '', certFile = '', path, connections] = process.argv.slice(2);
const key = readFileSync(keyFile);
const cert = readFileSync(certFile);
/** A gRPC frame with the message `{ value: "A" }`. */
const message = Buffer.from([0, 0, 0, 0, 3, 10, 1, 65]);

for (let index = 0; index < Number(connections); index += 1) {
  const session = connect(`https://127.0.0.1:${port}`, { key, cert, rejectUnauthorized: false });
  const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' });
  setInterval(() => stream.write(message), 1);
  stream.once('data', () => console.log('talking'));
  stream.resume();
}
