/** A program for the tests of `runApp`: what it does is its first argument. */
import { FlotillaError } from '@flotilla/errors';
import { observabilitySettings, loadSettings, runApp, Type } from '../index.ts';

const [, , behaviour, ...argv] = process.argv;

runApp('program', async (app) => {
  app.onStop('first', () => app.logger.info('first stopped'));
  const alive = setInterval(() => undefined, 1000);
  app.onStop('second', () => clearInterval(alive));
  switch (behaviour) {
    case 'settings':
      loadSettings(Type.Object(observabilitySettings), { argv, env: {}, name: 'program', description: 'Tests.' });
      break;
    case 'coded':
      throw new FlotillaError('PORT_TAKEN', '127.0.0.1:1 is taken');
    case 'broken':
      throw new Error('broken');
    case 'later':
      setImmediate(() => {
        throw new Error('thrown later');
      });
      break;
    case 'rejected':
      void Promise.reject(new Error('rejected later'));
      break;
    case 'failing stop':
      app.onStop('third', () => Promise.reject(new Error('cannot stop')));
      break;
    case 'stuck':
      app.onStop('third', () => new Promise(() => undefined));
      break;
    default:
      app.onStop('third', () => app.logger.info({ aborted: app.signal.aborted }, 'third stopped'));
  }
  app.logger.info('ready');
  await Promise.resolve();
});
