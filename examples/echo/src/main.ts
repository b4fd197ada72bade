/** The echo application on its usual ports, named by SERVICE_NAME, on SERVICE_HOST, until SIGTERM or SIGINT. */
import { echoPorts, startEcho } from './index.ts';

const { SERVICE_NAME: name = 'echo', SERVICE_HOST: host = '0.0.0.0' } = process.env;
const echo = await startEcho({ name, host, ports: echoPorts });
console.log(`${name} listens on ${host}`);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void echo.close());
