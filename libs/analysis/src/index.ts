export { analyze, type AnalysisOptions } from './analyze.ts';
export { catalogue, levels, type Code, type Level } from './catalogue.ts';
export { createView } from './create-view.ts';
export { defaultGateway } from './default-gateway.ts';
export { describeOrigin, documentationUrl, levelOf, validationMessage, type Finding, type Message, type Origin } from './message.ts';
export { rules } from './rules.ts';
export type { Rule } from './rule.ts';
export type { View } from './view.ts';
export { readWritten, type Written } from './written.ts';
