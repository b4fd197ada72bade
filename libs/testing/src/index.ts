export { startProcess, type TestProcess } from './child-process.ts';
export { startEnvoy, validateWithEnvoy, type TestEnvoy } from './envoy.ts';
export { eventually } from './eventually.ts';
export { FakeClock } from './fake-clock.ts';
export { freePort, freePorts } from './free-port.ts';
export { expectGolden, goldenCases, type GoldenCase } from './golden.ts';
export { startNatsServer, type TestNatsServer } from './nats-server.ts';
export { toolPath } from './tool-path.ts';
