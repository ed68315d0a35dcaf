import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { chartNodes, composeImages, isNatsNewEnough } from './links.ts'

type Values = {
  readonly config: {
    readonly cluster: { enabled: boolean; replicas: number }
    readonly jetstream: { merge: { sync_interval?: string } }
    readonly merge: Readonly<Record<string, string>>
  }
  readonly container: {
    readonly image: { tag: string }
    readonly patch: readonly { path: string; value: { name: string; mountPath: string } }[]
  }
  readonly podTemplate: {
    readonly patch: readonly {
      path: string
      value: { name: string; secret: { secretName: string; items: readonly { key: string; path: string }[] } }
    }[]
  }
}

const file = join(import.meta.dirname, '..', '..', 'deploy', 'k8s', 'nats-values.yaml')
/** Where the chart has the configuration, from which includes are found. */
const chartFolder = '/etc/nats-config'

export const savedNatsValues = (): Values => parse(readFileSync(file, 'utf8')) as Values

/** Whether the values of the Helm chart of NATS keep what our services rely on. No schema of them is published. */
export const natsValuesFaults = ({ config, container, podTemplate }: Values, made: readonly string[]): string[] => {
  const { tag } = container.image
  const [volume] = podTemplate.patch
  const [mount] = container.patch
  const [item] = volume?.value.secret.items ?? []
  const included = join(chartFolder, config.merge.$include ?? '')
  return [
    config.cluster.enabled && config.cluster.replicas === chartNodes ? '' : `there are not ${chartNodes} nodes`,
    config.jetstream.merge.sync_interval === 'always' ? '' : 'what is acknowledged may not be on disk',
    isNatsNewEnough(tag) ? '' : `NATS ${tag} is too old`,
    composeImages().some((image) => image.endsWith(`/nats:${tag}`))
      ? ''
      : `NATS ${tag} is not the one of docker-compose.yml`,
    included === `${mount?.value.mountPath}/${item?.path}` && mount?.value.name === volume?.value.name
      ? ''
      : `${included} is not mounted`,
    made.includes(`${volume?.value.secret.secretName.replace(/^kez-/, '')}/${item?.key}`)
      ? ''
      : `nothing makes ${item?.key}`,
  ].filter((fault) => fault !== '')
}
