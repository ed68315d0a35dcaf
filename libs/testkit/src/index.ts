export { freePort } from '@kez-chat/embedded'
export { launchBrowser } from './browser.ts'
export { BrowserUnavailable, ensureBrowser, findBrowser } from './browser-install.ts'
export { type CertificateAuthority, createCertificateAuthority } from './certificates.ts'
export { type Balancer, startBalancer } from './cluster/balancer.ts'
export { type ClusterOptions, type ClusterStack, startClusterStack } from './cluster/cluster-stack.ts'
export { type Killer, seeded, startKiller } from './cluster/killer.ts'
export { type NatsCluster, startNatsCluster } from './cluster/nats-cluster.ts'
export { type NatsNode, type NatsNodePlace, startNatsNodes, untilHealthy } from './cluster/nats-nodes.ts'
export type { Replica, ReplicatedService } from './cluster/replicas.ts'
export { type ActivityPubCounterpart, startActivityPubCounterpart } from './counterparts/activitypub.ts'
export { type BlueskyCounterpart, startBlueskyCounterpart } from './counterparts/bluesky.ts'
export { type CounterpartHosts, type Counterparts, startCounterparts } from './counterparts/counterparts.ts'
export { type DnsCounterpart, type DnsFault, startDnsCounterpart } from './counterparts/dns.ts'
export { type FaultyRelay, startFaultyRelay } from './counterparts/faulty-relay.ts'
export { type GithubCounterpart, startGithubCounterpart } from './counterparts/github.ts'
export type { HttpCounterpart } from './counterparts/http-counterpart.ts'
export type { HttpFault } from './counterparts/http-faults.ts'
export { type NatsExporterCounterpart, startNatsExporterCounterpart } from './counterparts/nats-exporter.ts'
export { exporterPage, type NodeReports } from './counterparts/nats-exporter-page.ts'
export { type NostrEventDraft, type SignedNostrEvent, signNostrEvent } from './counterparts/nostr-events.ts'
export { type RelayCounterpart, type RelayFault, startRelayCounterpart } from './counterparts/nostr-relay.ts'
export { type OtlpCounterpart, type OtlpFault, type ReceivedSpan, startOtlpCounterpart } from './counterparts/otlp.ts'
export type { FaultyRelayOptions } from './counterparts/relay-behind-front.ts'
export type { RelayFaults } from './counterparts/relay-faults.ts'
export { createRelayInProcess, type InProcessSocket, type RelayInProcess } from './counterparts/relay-in-process.ts'
export { startWebCounterpart, type WebCounterpart } from './counterparts/web.ts'
export { type Desktop, type ShownNotification, startDesktop } from './dbus/desktop.ts'
export { debianPackages, debianPackagesOf, unpackedProgram } from './debian-package.ts'
export { ensureFirefox, findFirefox } from './firefox-install.ts'
export { startTestNats, type TestNats, type TestNatsOptions } from './nats.ts'
export { type OwnPostgres, ownPostgres } from './own-postgres.ts'
export { startTestPostgres, type TestPostgres } from './postgres.ts'
export { ensureProgram } from './program-install.ts'
export { hurriedExpression, hurriedRules } from './prometheus/hurried.ts'
export { type ObservedStack, observeStack } from './prometheus/observe-stack.ts'
export {
  type Prometheus,
  type PrometheusAlert,
  type PrometheusOptions,
  type PrometheusRule,
  type PrometheusSample,
  type PrometheusTarget,
  startPrometheus,
} from './prometheus/prometheus.ts'
export {
  type PushFault,
  type PushService,
  type PushServiceOptions,
  type ReceivedPush,
  startPushService,
} from './push/push-service.ts'
export { type ServiceProcess, serviceProcess } from './service-process.ts'
export { slowDownDisk } from './slow-disk.ts'
export { startStack } from './stack.ts'
export type { ServiceName, Stack, StackOptions } from './stack-settings.ts'
