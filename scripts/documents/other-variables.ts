/** Variables that no service declares as a setting of its own. */
export type OtherVariable = { readonly meaning: string; readonly default?: string }
export type VariableGroup = {
  readonly title: string
  readonly about: string
  readonly variables: Readonly<Record<string, OtherVariable>>
}

const image = (what: string): OtherVariable => ({
  meaning: `The image of ${what}, for instance from a mirror of yours; docker-compose.yml has the version that was tried`,
})
const publicKey = (user: string): OtherVariable => ({ meaning: `Public key of the NATS user ${user}` })

export const otherVariables: readonly VariableGroup[] = [
  {
    title: 'Of docker compose alone',
    about: 'Read by docker-compose.yml and docker-compose.fast.yml from `.env`, and by nothing else.',
    variables: {
      KEZ_PUBLISH: { meaning: 'Where the gateway is published, for a proxy of yours', default: '127.0.0.1:6969' },
      KEZ_FRONT_SUBNET: {
        meaning: 'Network between proxy and services. Change it together with KEZ_TRUSTED_PROXIES when it is taken',
        default: '172.30.69.0/24',
      },
      KEZ_GATEWAY: { meaning: 'Where Caddy finds the gateway', default: 'gateway:6969' },
      KEZ_IMAGE: { meaning: 'Name of the image of all services', default: 'kez-chat:local' },
      KEZ_ARTIFACTS: { meaning: 'Folder of what was built elsewhere, for docker-compose.fast.yml', default: './out' },
      KEZ_NATS_IMAGE: image('NATS'),
      KEZ_POSTGRES_IMAGE: image('Postgres'),
      KEZ_CADDY_IMAGE: image('Caddy'),
      KEZ_PROMETHEUS_IMAGE: image('Prometheus'),
      KEZ_GRAFANA_IMAGE: image('Grafana'),
      KEZ_NATS_EXPORTER_IMAGE: image("the exporter of NATS's metrics"),
      GRAFANA_PASSWORD: {
        meaning: "Secret. Password of Grafana's user admin; without it `admin`, until the first login changes it",
      },
    },
  },
  {
    title: 'Of your own NATS',
    about:
      'Read by `deploy/nats/nats.conf`. The public halves of what the `…_SEED_FILE` settings name; `kez admin keys generate` writes a configuration that needs none of them.',
    variables: {
      KEZ_REGISTRY_NKEY: publicKey('registry'),
      KEZ_GATEWAY_NKEY: publicKey('gateway'),
      KEZ_RELAY_BRIDGE_NKEY: publicKey('relay-bridge'),
      KEZ_PUSH_NKEY: publicKey('push'),
      KEZ_AUTH_NKEY: publicKey('auth'),
      KEZ_AUTH_READER_NKEY: publicKey('auth-reader'),
      KEZ_AUTH_KICK_NKEY: publicKey('auth-kick'),
      KEZ_ADMIN_NKEY: publicKey('admin, by which `kez admin` goes to NATS'),
      KEZ_BACKUP_NKEY: publicKey('backup, by which `kez admin backup` reads'),
      KEZ_SYS_NKEY: publicKey('sys, for looking at the server'),
      KEZ_AUTH_ISSUER: { meaning: 'Public key of KEZ_AUTH_ISSUER_SEED_FILE' },
      KEZ_AUTH_XKEY: { meaning: 'Public key of KEZ_AUTH_XKEY_SEED_FILE' },
    },
  },
  {
    title: 'Of the command line',
    about: 'Read by `kez` ([identity.md](identity.md)).',
    variables: {
      KEZ_HOME: { meaning: 'Where sigchains are kept', default: '~/.kez' },
      KEZ_SERVER: { meaning: 'The home server of commands without --server', default: 'http://localhost:6969' },
      KEZ_INTERNAL_URL: {
        meaning: "A service's internal listener, for `kez admin`",
        default: 'http://127.0.0.1:6970',
      },
      KEZ_NATS_MONITOR_URL: {
        meaning: 'The monitor of NATS, for `kez admin doctor`',
        default: 'http://127.0.0.1:8222',
      },
      KEZ_ADMIN_NATS_SEED_FILE: { meaning: 'Names a secret file: the seed of the NATS user admin, for `kez admin`' },
      KEZ_BACKUP_NATS_SEED_FILE: {
        meaning: 'Names a secret file: the seed of the NATS user backup, for `kez admin backup`',
      },
      KEZ_SERVER_KEYS: {
        meaning: 'Folder of `kez admin keys generate`, for `kez admin restore` into NATS and Postgres',
      },
      KEZ_ADMIN_NATS_CA_FILE: { meaning: 'CA certificate (PEM) against which `kez admin` checks NATS over TLS' },
      KEZ_PROOF_DOH: { meaning: 'A DNS-over-HTTPS server to ask for proofs' },
      NO_COLOR: { meaning: 'No colour' },
      TERM: { meaning: '`dumb`: no colour' },
    },
  },
  {
    title: 'Of development',
    about: 'For `npm test` and the set-up.',
    variables: {
      KEZ_TEST_BROWSER: { meaning: 'The Chromium to test with' },
      KEZ_TEST_FIREFOX: { meaning: 'The Firefox to test with' },
      KEZ_TEST_TOPOLOGY: {
        meaning: '`cluster`: three nodes of NATS and every service twice; set by `npm run test:cluster`',
      },
      KEZ_TEST_KILLING: {
        meaning:
          'The seed by which one of each is killed every few seconds; set by `npm run test:cluster -- --killing`',
      },
      KEZ_TEST_LOGS: { meaning: 'A folder in which a cluster under test leaves what it wrote' },
      KEZ_TEST_POSTGRES_BROKER: { meaning: 'Set by the tests for themselves' },
      KEZ_TEST_SHARED_DIR: { meaning: 'Set by the tests for themselves' },
      KEZ_FOLLOW_PARENT: { meaning: 'Set by the set-up for itself: a program that ends with whoever started it' },
      NODE_OPTIONS: { meaning: 'Of Node itself: how much memory it takes, set for containers' },
      NODE_COMPILE_CACHE: { meaning: 'Where Node keeps compiled code; the set-up has a folder of its own for it' },
      NODE_IMAGE: { meaning: 'Argument of both Dockerfiles: the image they begin from' },
      XDG_CACHE_HOME: { meaning: 'Its folder `kez-chat` keeps what was fetched, where KEZ_CACHE_DIR is not set' },
      HOME: { meaning: 'Its `.cache/kez-chat` does, where that is not set either' },
      PATH: { meaning: 'Where programs are looked for' },
      CI: { meaning: 'No screenshots are written' },
    },
  },
]
