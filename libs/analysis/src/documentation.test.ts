import { join } from 'node:path';
import { expectGolden } from '@flotilla/testing';
import { test } from 'vitest';
import { catalogue } from './index.ts';

const page = join(import.meta.dirname, '../../../docs/analysis.md');

const introduction = `# Analysis

Some mistakes no resource shows by itself: a host that nobody has, two rules for one thing, a gateway without a workload.
\`flotilla analyze\` finds them in files or in the running mesh, and Galley by itself: \`flotilla apply\` shows those of what it
applied, \`GET /v1/analysis\` tells all of them, and \`status.validationMessages\` of a resource its own. Galley looks when
nothing has changed for a second, ten seconds after a change at the latest (thirty where only endpoints or pods changed), and at once
where somebody reads what is new: a resource, or a list of its kind, that has changed since, or \`/v1/analysis\`. Codes, names
and levels beginning with IST are [Istio's](https://istio.io/latest/docs/reference/config/analysis/); those beginning with
FLT are our own.

\`\`\`
flotilla analyze rules.yaml services/         # what is in files, as istioctl analyze --use-kube=false
flotilla analyze                              # the running mesh
flotilla analyze --use-mesh rules.yaml        # the running mesh as it would be with the files
\`\`\`

- \`-o log|json|yaml\`; JSON and YAML have istioctl's fields, and with them \`path\`, \`name\` and \`analyzer\`.
- \`--failure-threshold Info|Warning|Error\`: exit code 79 when something is as bad (Error by default);
  \`--output-threshold\` says what is told at all.
- \`-S "IST0101=VirtualService reviews.shop"\` does not tell it of that resource, \`*\` stands for anything; the annotation
  \`galley.istio.io/analyze-suppress: IST0101\` says the same on the resource itself.
- \`-n shop\` tells of one namespace; \`--analyzer NAME\` holds against one analyzer, and \`-L\` lists them.
- Files are taken to be put into a mesh with an ingress gateway labelled \`istio: ingressgateway\` in the root namespace.
- In a cluster the same is said of the objects that Galley follows, Namespaces, Pods and Services among them: by \`GET /v1/analysis\`
  and \`flotilla analyze\`; nothing is written onto these. What would need others is left out: Secrets, Deployments, ConfigMaps,
  and kinds that the mesh does not take. Whether injection is on by default is seen from the injection webhooks.

Where several resources contend for one thing, the oldest one has it (by creation, then by name), as in Istio.

| code | name | level | what it means | what to do |
| --- | --- | --- | --- | --- |
`;

test('docs/analysis.md says what the catalogue says', () => {
  const rows = Object.entries(catalogue).map(([code, { name, level, means, advice }]) => `| <a id="${code.toLowerCase()}"></a>${code} | ${name} | ${level} | ${means} | ${advice} |\n`);
  expectGolden(page, `${introduction}${rows.join('')}`);
});
