const architectures = ['x64', 'arm64'];
const oldestNode = 20;

/**
 * What keeps Flotilla from running here, as one line that says what to do; undefined when nothing does.
 * @param {{ platform: string, arch: string, versions: { node: string } }} machine as Node's `process`
 * @returns {string | undefined}
 */
export function platformProblem({ platform, arch, versions }) {
  if (platform !== 'linux' || !architectures.includes(arch)) {
    return `Flotilla runs on Linux x64 and arm64; this is ${platform} ${arch}. Use a Linux machine, a virtual machine or a container.`;
  }
  if (Number(versions.node.split('.')[0]) < oldestNode) {
    return `Flotilla needs Node ${oldestNode} or newer to install itself; this is ${versions.node}. Install a newer Node and try again.`;
  }
  return undefined;
}
