import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const cruise = (cwd: string): { status: number | null; output: string } => {
  const bin = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruiser.mjs')
  const args = ['--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'err', 'libs', 'services']
  const run = spawnSync(process.execPath, [bin, ...args], { cwd, encoding: 'utf8' })
  return { status: run.status, output: `${run.stdout}${run.stderr}` }
}

it('finds a library that reaches into a service and a service that reaches into another', () => {
  const { status, output } = cruise(join(import.meta.dirname, 'planted'))
  expect(output).toContain('identity-stands-alone: libs/identity/src/reaches-a-service.ts')
  expect(output).toContain('gateway-to-libs: services/gateway/src/reaches-another-service.ts')
  expect(status).not.toBe(0)
})
