import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

const root = join(import.meta.dirname, '..')
const file = join(root, 'deploy', 'k8s', 'components', 'alerts', 'rules.yaml')

/** All rules of deploy/prometheus as one object for prometheus-operator. */
export const prometheusRule = (): string => {
  const files = globSync('deploy/prometheus/*.rules.yml', { cwd: root }).toSorted()
  const groups = files.flatMap(
    (name) => (parse(readFileSync(join(root, name), 'utf8')) as { groups: unknown[] }).groups,
  )
  const object = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'kez-chat' },
    spec: { groups },
  }
  return `# Made by \`node scripts/prometheus-rules.ts\` from deploy/prometheus; a test fails when it is out of date.\n${stringify(object, { lineWidth: 0 })}`
}

export const savedPrometheusRule = (): string => readFileSync(file, 'utf8')

if (import.meta.main) writeFileSync(file, prometheusRule())
