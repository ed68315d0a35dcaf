import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { debianPackagesOf } from '@kez-chat/testkit'

/** Renders a folder as `kubectl apply -k` would send it. @throws Error with what kustomize says */
export type Kustomize = (folder: string) => string

/** Components, replacements and labels in templates came with it. */
const oldestMajor = 5

const rendered =
  (command: string, ...args: string[]): Kustomize =>
  (folder) => {
    const run = spawnSync(command, [...args, folder], { encoding: 'utf8', timeout: 60_000, maxBuffer: 16 << 20 })
    if (run.status !== 0) throw new Error(`${command} ${args.join(' ')} ${folder}: ${run.error?.message ?? run.stderr}`)
    return run.stdout
  }

const kubectlIsNewEnough = (env: NodeJS.ProcessEnv): boolean => {
  const { stdout } = spawnSync('kubectl', ['version', '--client', '-o', 'json'], {
    encoding: 'utf8',
    timeout: 20_000,
    env,
  })
  return Number(/"kustomizeVersion": "v(\d+)\./.exec(stdout ?? '')?.[1] ?? 0) >= oldestMajor
}

/**
 * The kustomize in this machine's `kubectl`; where that is missing or old, Debian's package of it, unpacked into the cache.
 * @throws Error that says what to install
 */
export const findKustomize = async (env: NodeJS.ProcessEnv = process.env): Promise<Kustomize> => {
  if (kubectlIsNewEnough(env)) return rendered('kubectl', 'kustomize')
  try {
    return rendered(join(await debianPackagesOf('sid', ['kustomize']), 'usr', 'bin', 'kustomize'), 'build')
  } catch (cause) {
    throw new Error(
      `Manifests are rendered by kubectl 1.27 or newer, which is not here, and kustomize could not be fetched either (${
        cause instanceof Error ? cause.message : String(cause)
      }). Install it: https://kubernetes.io/docs/tasks/tools/`,
      { cause },
    )
  }
}
