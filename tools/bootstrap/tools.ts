/** `npm run tools`: obtains Envoy and nats-server where they are missing. */
import { FlotillaError } from '@flotilla/errors';
import { obtainTools } from './prepare.ts';

try {
  await obtainTools((line) => console.log(line));
} catch (error) {
  if (!(error instanceof FlotillaError)) throw error;
  console.error(error.describe());
  process.exitCode = 1;
}
