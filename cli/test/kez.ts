import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createCommands } from '../src/commands/index.ts'
import { run } from '../src/run.ts'

export const kezPath = join(import.meta.dirname, '..', '..', 'bin', 'kez')

export type Ended = { readonly code: number; readonly out: string; readonly err: string }

type Surroundings = { stdin?: string; env?: Record<string, string>; colour?: boolean; now?: number }

/** Runs a command line inside this process. */
export const kez = async (args: readonly string[], around: Surroundings = {}): Promise<Ended> => {
  let out = ''
  let err = ''
  const colour = around.colour ?? false
  const code = await run(
    args,
    createCommands(),
    {
      env: around.env ?? {},
      readStdin: async () => around.stdin ?? '',
      readSecret: async () => around.stdin ?? '',
      write: async (text) => {
        out += text
      },
      warn: (text) => {
        err += `kez: warning: ${text}\n`
      },
      note: (text) => {
        err += `${text}\n`
      },
      now: () => around.now ?? Date.now(),
    },
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      colour: { out: colour, err: colour },
    },
  )
  return { code, out, err }
}

/** Runs a program as people do, in a process of its own. */
export const start = (
  command: string,
  args: readonly string[],
  { stdin = '', env = {}, cwd = tmpdir() }: { stdin?: string; env?: Record<string, string>; cwd?: string } = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env } })
    let out = ''
    let err = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.stderr.on('data', (data) => {
      err += data
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, out, err }))
    // A program that ends without reading its input is no fault of the test.
    child.stdin.on('error', () => undefined)
    child.stdin.end(stdin)
  })

/** An empty folder for one test. */
export const newFolder = (name = 'kez-cli-'): string => {
  const folder = mkdtempSync(join(tmpdir(), name))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file in a folder of its own that only we can read. */
export const privateFile = (text: string, name = 'secret'): string => {
  const path = join(newFolder(), name)
  writeFileSync(path, `${text}\n`, { mode: 0o600 })
  return path
}

/** Permission bits, as `ls` counts them. */
export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
