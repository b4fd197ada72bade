import { Type } from 'typebox';
import { logLevels } from './logger.ts';

/** The settings every program has; to be spread into the properties of its own schema. */
export const observabilitySettings = {
  logLevel: Type.Enum([...logLevels], { default: 'info', description: 'The least severe log lines that are written.' }),
  otlpEndpoint: Type.Optional(
    Type.String({ description: 'Base URL of an OpenTelemetry collector that takes OTLP over HTTP, as http://localhost:4318. Tracing is off without it.' }),
  ),
};
