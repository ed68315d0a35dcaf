// Stands in for docker where there is no engine: it keeps in a folder what compose was asked for, looks at what an image would be
// made from, and tells of containers what the artifacts say they will do.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const state = process.argv[2]
const args = process.argv.slice(3)
const running = join(state, 'running.json')
const note = (line) => appendFileSync(join(state, 'calls'), `${line}\n`)
const fail = (text) => {
  console.error(text)
  process.exit(1)
}

const { KEZ_ARTIFACTS: artifacts, KEZ_IMAGE: image } = process.env
const words = args.filter((word) => !word.startsWith('-'))
const services = ['nats', 'postgres', 'registry', 'auth', 'relay-bridge', 'push', 'gateway']

/** What stands for the configuration that `init` writes. */
const conf = join(state, 'nats.conf')

const up = () => {
  for (let i = 0; i < args.length; i++)
    if ((args[i] === '-f' || args[i] === '--env-file') && !existsSync(args[i + 1])) fail(`no such file: ${args[i + 1]}`)
  const place = artifacts ?? '.'
  if (artifacts !== undefined && !existsSync(join(place, 'Dockerfile'))) fail('failed to read dockerfile')
  const verdict = existsSync(join(place, 'verdict')) ? readFileSync(join(place, 'verdict'), 'utf8').trim() : 'real'
  if (verdict === 'does not build') fail('ERROR: failed to solve')
  if (verdict === 'real') {
    const { status, stderr } = spawnSync(process.execPath, [join(place, 'deploy/docker/run.mjs'), 'kez', '--version'], {
      encoding: 'utf8',
    })
    if (status !== 0) fail(stderr)
  }
  if (words.at(-1) === 'init') {
    const made = join(place, 'nats.conf')
    return writeFileSync(conf, existsSync(made) ? readFileSync(made) : 'as ever')
  }
  note(`up ${image ?? 'as it was'} in ${process.cwd()} with ${args.filter((word) => word.endsWith('.yml')).join(' ')}`)
  writeFileSync(running, JSON.stringify({ image, verdict }))
}

const ps = () => {
  const { verdict } = JSON.parse(readFileSync(running, 'utf8'))
  const row = (Service, State, Health = '', ExitCode = 0) =>
    console.log(JSON.stringify({ Service, State, Health, ExitCode }))
  row('init', 'exited')
  for (const name of services.slice(0, -1)) row(name, 'running', 'healthy')
  if (verdict === 'ends') row('gateway', 'exited', '', 1)
  else row('gateway', 'running', verdict === 'never healthy' ? 'starting' : 'healthy')
}

if (args[0] === 'compose' && args[1] === 'version') console.log(readFileSync(join(state, 'version'), 'utf8').trim())
else if (args[0] === 'image') note(`image rm ${args[2]}`)
else if (words.includes('up')) up()
else if (words.includes('exec')) {
  if (!existsSync(conf)) fail('service "nats" is not running')
  console.log(createHash('sha256').update(readFileSync(conf)).digest('hex'))
} else if (words.includes('restart')) note(`restart ${words.at(-1)}`)
else if (words.includes('ps')) ps()
else if (words.includes('logs')) console.log(`what ${words.at(-1)} said last`)
else fail(`not understood: ${args.join(' ')}`)
