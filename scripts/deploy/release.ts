import { setTimeout as sleep } from 'node:timers/promises'
import { judgeHealth } from './health.ts'
import { quoted, type Remote, RemoteError } from './remote.ts'

export type ReleaseOptions = {
  readonly remote: Remote
  /** Folder on the server: `.env` of the operator's, `releases/`, and `current`, which leads to the one that runs. */
  readonly path: string
  readonly name: string
  /** What tar packs: `artifacts`, the compose files and `deploy`. */
  readonly content: readonly string[]
  readonly services: readonly string[]
  readonly keep: number
  readonly patienceMs: number
  readonly step: <T>(what: string, work: () => Promise<T>) => Promise<T>
}

export type Released =
  | { readonly state: 'done' }
  | { readonly state: 'rolled_back'; readonly to: string; readonly why: string }
  | { readonly state: 'failed'; readonly why: string }

const pollMs = 2_000
const buildMs = 900_000
const forgottenMinutes = 60

/**
 * Brings a release to the server and starts it; what ran before is started again when the new one does not get healthy.
 * Volumes and `.env` are left alone by both.
 * @throws RemoteError where the server is not fit for it, and nothing was changed there
 */
export const release = async (options: ReleaseOptions): Promise<Released> => {
  const { remote, path, name, step } = options
  const folder = `${path}/releases/${name}`
  const lock = `${path}/.deploying`
  await step('Looking at the server', () => remote.run(fitness(path)))
  await remote.run(takeLock(lock))
  try {
    const before = await placeBefore(options)
    await step('Sending the release', async () => {
      await remote.run(`rm -rf ${quoted(`${folder}.part`)}`)
      await remote.send(options.content, `${folder}.part`)
      await remote.run(`rm -rf ${quoted(folder)} && mv ${quoted(`${folder}.part`)} ${quoted(folder)}`)
    })
    const why = await step('Starting it', () => start(options, placeOf(options, name)))
    if (why === undefined) {
      await remote.run(makeCurrent(path, name))
      await step('Forgetting old releases', () => remote.run(forget(options), { timeoutMs: buildMs }))
      return { state: 'done' }
    }
    if (before === undefined) return { state: 'failed', why }
    const again = await step(`Going back to ${before.name}`, () => start(options, before))
    if (again === undefined) return { state: 'rolled_back', to: before.name, why }
    return { state: 'failed', why: `${why}\nGoing back to ${before.name} failed as well: ${again}` }
  } finally {
    await remote.run(`rm -rf ${quoted(lock)}`).catch(() => undefined)
  }
}

const fitness = (path: string): string => `
fail() { echo "$1" >&2; exit 1; }
cd ${quoted(path)} 2>/dev/null || fail 'There is no folder ${path}. Make it, with a file .env that says KEZ_CHAT_SERVER=<your domain>.'
test -w . || fail 'The folder ${path} cannot be written to.'
test -f .env || fail 'There is no ${path}/.env. Make it, with KEZ_CHAT_SERVER=<your domain>.'
command -v docker >/dev/null || fail 'Docker is not installed, or not on the PATH of ssh.'
version=$(docker compose version --short 2>/dev/null) || fail 'docker compose is missing; 2.24 or newer is needed.'
version=\${version#v}
major=\${version%%.*}; rest=\${version#*.}; minor=\${rest%%.*}
test "$major" -gt 2 || { test "$major" -eq 2 && test "$minor" -ge 24; } || fail "docker compose $version is too old; 2.24 or newer is needed."
`

/** One at a time; a lock whose holder was cut off is taken over after an hour. */
const takeLock = (lock: string): string => `
find ${quoted(lock)} -maxdepth 0 -mmin +${forgottenMinutes} -exec rm -rf {} + 2>/dev/null || true
mkdir ${quoted(lock)} 2>/dev/null || {
  echo 'Somebody is deploying there at this moment. If nobody is, remove the folder ${lock}.' >&2
  exit 1
}
`

/** Something that compose can start: a release, or the clone in which a server was run before the first of them. */
type Place = { readonly name: string; readonly prepare: string; readonly up: string }

const placeOf = ({ path }: ReleaseOptions, name: string): Place => ({
  name,
  up: '--build',
  prepare: `
cd ${quoted(`${path}/releases/${name}`)}
export KEZ_ARTIFACTS=./artifacts KEZ_IMAGE=${quoted(`kez-chat:${name}`)}
set -- --env-file ${quoted(`${path}/.env`)} -f docker-compose.yml -f docker-compose.fast.yml
if test -f ${quoted(`${path}/docker-compose.override.yml`)}; then set -- "$@" -f ${quoted(`${path}/docker-compose.override.yml`)}; fi
`,
})

const placeBefore = async (options: ReleaseOptions): Promise<Place | undefined> => {
  const { remote, path } = options
  const current = (await remote.run(`readlink ${quoted(`${path}/current`)} || true`)).trim()
  if (current.startsWith('releases/')) return placeOf(options, current.slice('releases/'.length))
  const clone = await remote.run(`test -f ${quoted(`${path}/docker-compose.yml`)} && echo yes || true`)
  if (clone.trim() === '') return undefined
  return { name: 'what was there', up: '--no-build', prepare: `cd ${quoted(path)}\nset --\n` }
}

const compose = ({ prepare }: Place, command: string): string => `${prepare}docker compose "$@" ${command} </dev/null`

/** Also writes `compose` into the folder: docker compose of the release that runs, for the operator's own hands. */
const makeCurrent = (path: string, name: string): string => `
cd ${quoted(path)}
ln -sfn ${quoted(`releases/${name}`)} current
cat >compose.new <<'SCRIPT'
#!/bin/sh
# docker compose of what runs here; written anew by each deploy.
set -eu
cd -P ${quoted(`${path}/current`)}
export KEZ_ARTIFACTS=./artifacts KEZ_IMAGE="kez-chat:$(basename "$PWD")"
if test -f ../../docker-compose.override.yml; then set -- -f ../../docker-compose.override.yml "$@"; fi
exec docker compose --env-file ../../.env -f docker-compose.yml -f docker-compose.fast.yml "$@"
SCRIPT
chmod 755 compose.new
mv compose.new compose
`

/** NATS reads its configuration when it starts: where `init` has written another one, it has to start anew. */
const provideKeys = ({ prepare, up }: Place): string => `${prepare}
conf() { docker compose "$@" exec -T nats sha256sum /keys/nats.conf </dev/null 2>/dev/null || true; }
before=$(conf "$@")
docker compose "$@" up ${up} init </dev/null 2>&1
after=$(conf "$@")
if test -n "$before" && test "$before" != "$after"; then docker compose "$@" restart nats </dev/null 2>&1; fi
`

/** Why it does not run well; undefined when it does. */
const start = async ({ remote, services, patienceMs }: ReleaseOptions, place: Place): Promise<string | undefined> => {
  try {
    await remote.run(provideKeys(place), { timeoutMs: buildMs })
    await remote.run(compose(place, `up -d ${place.up} --remove-orphans 2>&1`), { timeoutMs: buildMs })
    const deadline = Date.now() + patienceMs
    for (;;) {
      const told = await remote.run(compose(place, 'ps --all --format json'))
      const { state, trouble } = judgeHealth(told, services)
      if (state === 'healthy') return undefined
      if (state === 'broken' || Date.now() > deadline) {
        const service = trouble[0]?.split(':')[0] ?? ''
        const log = await remote.run(compose(place, `logs --tail 20 ${quoted(service)} 2>&1`)).catch(() => '')
        return `${trouble.join('; ')}\n${log}`.trim()
      }
      await sleep(pollMs)
    }
  } catch (error) {
    if (error instanceof RemoteError) return error.message
    throw error
  }
}

/** What is older than the last few goes, with its image; what runs stays. */
const forget = ({ path, keep, name }: ReleaseOptions): string => `
cd ${quoted(`${path}/releases`)}
rm -rf ./*.part
ls -1r | tail -n +${keep + 1} | while read -r old; do
  test "$old" = ${quoted(name)} && continue
  rm -rf "./$old"
  docker image rm "kez-chat:$old" </dev/null >/dev/null 2>&1 || true
done
`
