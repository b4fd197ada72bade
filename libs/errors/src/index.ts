export { catalogue, type Code } from './catalogue.ts';
export { FlotillaError, messageOf } from './flotilla-error.ts';
export { describeProblem, problemWithin, type Problem } from './problem.ts';
