const only = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { path: '^(libs|services|web|cli|bench|scripts|examples)/', pathNot: allowed },
})

/** Which way imports may go: services → libs, web → a few libs, messaging → identity (docs/architecture.md, folders). */
export default {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('identity-stands-alone', '^libs/identity/src/', '^libs/identity/'),
    only('contracts-stand-alone', '^libs/contracts/src/', '^libs/contracts/'),
    only('outbound-stands-alone', '^libs/outbound/src/', '^libs/outbound/'),
    only('proofs-to-identity', '^libs/proofs/src/', '^libs/(proofs|identity|outbound)/'),
    only('messaging-to-identity', '^libs/messaging/src/', '^libs/(messaging|identity)/'),
    only('export-file-to-messaging', '^libs/export-file/src/', '^libs/(export-file|identity|messaging)/'),
    only('client-to-browser-libs', '^libs/client/src/', '^libs/(client|contracts|identity|messaging)/'),
    only(
      'nostr-client-to-client-libs',
      '^libs/nostr-client/src/',
      '^libs/(nostr-client|client|contracts|identity|messaging)/',
    ),
    only('runtime-to-contracts', '^libs/runtime/src/', '^libs/(runtime|contracts|durable-files)/'),
    only('eventlog-to-runtime', '^libs/eventlog/src/', '^libs/(eventlog|runtime|contracts)/'),
    only('directory-to-eventlog', '^libs/directory/src/', '^libs/(directory|eventlog|contracts)/'),
    only('nats-jwt-to-identity', '^libs/nats-jwt/src/', '^libs/(nats-jwt|identity)/'),
    only('nats-config-to-contracts-and-nkeys', '^libs/nats-config/src/', '^libs/(nats-config|nats-jwt|contracts)/'),
    only('embedded-to-config', '^libs/embedded/src/', '^libs/(embedded|nats-config|contracts|runtime)/'),
    only(
      'web-to-browser-libs',
      '^web/src/',
      '^(web/|libs/(identity|messaging|contracts|client|nostr-client|proofs|export-file)/)',
    ),
    only('examples-to-client-libs', '^examples/[^/]+/(src|page)/', '^(examples/|libs/(identity|messaging|client)/)'),
    only(
      'cli-to-client-libs',
      '^cli/src/(?!operators/)',
      '^(cli/|libs/(identity|client|proofs|contracts|export-file|nats-config|durable-files)/)',
    ),
    only(
      'operators-to-server-libs',
      '^cli/src/operators/',
      '^(cli/|libs/(identity|contracts|nats-config|eventlog|runtime|export-file|embedded|backup)/|services/(registry|push)/src/db/migrations/)',
    ),
    only('backup-to-eventlog', '^libs/backup/src/', '^libs/(backup|eventlog|contracts|export-file|durable-files)/'),
    ...['registry', 'gateway', 'relay-bridge', 'push'].map((service) =>
      only(
        `${service}-to-libs`,
        `^services/${service}/src/`,
        `^(services/${service}/|libs/(?!testkit|embedded)[^/]+/)`,
      ),
    ),
    {
      name: 'nats-only-through-runtime-and-eventlog',
      comment: 'Services meet NATS through libs/runtime and libs/eventlog.',
      severity: 'error',
      from: { path: '^services/[^/]+/src/' },
      to: { path: '@nats-io/' },
    },
    {
      name: 'no-test-code-in-products',
      severity: 'error',
      from: { path: '^(libs|services)/[^/]+/src/|^(web|cli)/src/', pathNot: '\\.test\\.ts$|^libs/testkit/' },
      to: { path: '^libs/testkit/|\\.test\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.kez)/' },
    parser: 'swc',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default', 'types'] },
  },
}
