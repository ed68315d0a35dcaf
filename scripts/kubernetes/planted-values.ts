type Tree = { [key: string]: Tree & unknown }
type Change = (values: Tree) => void

const set =
  (path: string, value: unknown): Change =>
  (values) => {
    const keys = path.split('/')
    const last = keys.pop() ?? ''
    const place = keys.reduce<Tree>((at, key) => at[key] as Tree, values)
    if (value === undefined) delete place[last]
    else Object.assign(place, { [last]: value })
  }

/** Mistakes in the values for the chart of NATS, each with what the checks must say to it. */
export const plantedValues: readonly { readonly change: Change; readonly found: RegExp }[] = [
  { change: set('config/jetstream/fileStorage', { enabled: true }), found: /config\.jetstream: .*"fileStorage"/ },
  { change: set('config/jetstream/sync_interval', 'always'), found: /config\.jetstream: .*"sync_interval"/ },
  { change: set('config/jetstream/merge', {}), found: /nats: what is acknowledged may not be on disk/ },
  { change: set('promExporter/podMonitor/enabled', 'yes'), found: /promExporter\.podMonitor\.enabled: .*boolean/ },
  { change: set('config/cluster/replicas', '3'), found: /config\.cluster\.replicas: .*number/ },
  { change: set('podDisruptionBudgets', { enabled: true }), found: /"podDisruptionBudgets"/ },
  { change: set('container/patch', [{ op: 'append', path: '/env/-' }]), found: /container\.patch\.0\.op/ },
  { change: set('config/cluster/replicas', 5), found: /3 copies of each stream on 5 nodes/ },
  { change: set('config/cluster/merge', {}), found: /nats: whoever reaches port 6222 becomes a node/ },
  {
    change: set('config/merge/$include', './accounts.conf'),
    found: /nats: \/etc\/nats-config\/accounts\.conf is in no Secret that is mounted/,
  },
  { change: set('config/merge/pid_file', undefined), found: /nats: \/var\/run\/nats\.pid cannot be written/ },
  { change: set('container/merge/lifecycle', undefined), found: /nats: is not told to end in order/ },
  {
    change: set('podTemplate/merge/spec/terminationGracePeriodSeconds', 30),
    found: /nats: is killed before the 40 s/,
  },
  { change: set('config/jetstream/fileStore/maxSize', undefined), found: /nats: stores 32Gi on a disk of 32Gi/ },
  {
    change: set('config/jetstream/fileStore/maxSize', '20Gi'),
    found: /nats: streams set 19\.1 GiB apart, of 20\.0 GiB/,
  },
  { change: set('container/env/GOMEMLIMIT', '500MiB'), found: /nats: GOMEMLIMIT leaves too little of 512Mi/ },
  { change: set('container/image/tag', '2.14.3-alpine'), found: /nats: .*nats:2\.14\.3-alpine is too old/ },
  {
    change: set('container/image/registry', 'mirror.example'),
    found: /nats: mirror\.example.* is not the one of docker-compose/,
  },
  { change: set('podTemplate/merge/spec/securityContext', {}), found: /nats: may run as root/ },
  { change: set('promExporter/merge/securityContext', {}), found: /nats: may gain rights/ },
  { change: set('serviceAccount/enabled', false), found: /nats: gets a key to the cluster/ },
  { change: set('promExporter/port', 7778), found: /ingress: metrics does not reach nats at 7778/ },
  { change: set('container/merge/resource', {}), found: /containers\/0\/resource is no member/ },
]
