import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
let dir = ''
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kez-bootstrap-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** A clone in which nothing is installed, with one dependency from a registry that is not there. */
const clone = (name: string) => {
  const folder = join(dir, name)
  mkdirSync(join(folder, 'scripts'), { recursive: true })
  for (const script of ['bootstrap.mjs', 'follow-parent.mjs', 'run.mjs'])
    cpSync(join(root, 'scripts', script), join(folder, 'scripts', script))
  const dependencies = { 'left-out': '1.0.0' }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'clone', version: '1.0.0', dependencies }))
  const packages = {
    '': { name: 'clone', version: '1.0.0', dependencies },
    'node_modules/left-out': {
      version: '1.0.0',
      resolved: 'http://127.0.0.1:9/left-out-1.0.0.tgz',
      integrity: `sha512-${Buffer.alloc(64).toString('base64')}`,
    },
  }
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ name: 'clone', lockfileVersion: 3, packages }))
  return folder
}

const run = (folder: string, nodeArgs: readonly string[] = []) => {
  const { npm_execpath: _npm, ...env } = process.env
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...nodeArgs, join(folder, 'scripts', 'run.mjs'), 'scripts/none.ts'],
    {
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        ...env,
        npm_config_registry: 'http://127.0.0.1:9/',
        npm_config_fetch_retries: '0',
        npm_config_cache: join(dir, 'cache'),
      },
    },
  )
  return { status, output: stdout + stderr }
}

test.each(['a#b', 'what?'])('a path with %s is refused before anything is installed', (name) => {
  const folder = clone(name)
  const { status, output } = run(folder)
  expect(status).toBe(1)
  expect(output).toContain(folder)
  expect(output).toMatch(/Move or rename the folder/)
  expect(existsSync(join(folder, 'node_modules'))).toBe(false)
})

test('a Node that is too old is refused by its version', () => {
  const old = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } })`
  const { status, output } = run(clone('clone'), ['--import', `data:text/javascript,${encodeURIComponent(old)}`])
  expect(status).toBe(1)
  expect(output).toMatch(/needs Node 20 or newer.*this is Node 18\.20\.4/)
})

test('an install that fails says what npm said and what to do', () => {
  const { status, output } = run(clone('Käse und Brot'))
  expect(status).toBe(1)
  expect(output).toMatch(/Installing dependencies failed.*npm said.*ECONNREFUSED.*registry was not reached/s)
})
