import { Registry } from 'prom-client'

/**
 * What several registries hold, as one page of Prometheus' text format. A metric that more than one of them has is one family there;
 * its labels tell the registries apart.
 */
export const mergedText = async (registries: readonly Registry[]): Promise<{ type: string; body: string }> => {
  const families = new Map<string, string[]>()
  for (const registry of registries)
    for (const { name } of registry.getMetricsAsArray()) {
      const text = await registry.getSingleMetricAsString(name)
      const lines = text.split('\n').filter((line) => line !== '')
      const family = families.get(name)
      if (family) family.push(...lines.filter((line) => !line.startsWith('#')))
      else families.set(name, lines)
    }
  return { type: Registry.PROMETHEUS_CONTENT_TYPE, body: `${[...families.values()].flat().join('\n')}\n` }
}
