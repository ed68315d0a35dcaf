import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exporterPage, type NodeReports } from '../src/counterparts/nats-exporter-page.ts'

const folder = join(import.meta.dirname, 'nats-exporter')
const recorded = readFileSync(join(folder, 'v0.20.2.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
const reports = JSON.parse(readFileSync(join(folder, 'node-of-three.json'), 'utf8')) as NodeReports

/** Each metric of a page as `name type labels`. */
const shapeOf = (page: string): string[] => {
  const types = new Map([...page.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]))
  const shapes = page
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const name = line.slice(0, line.indexOf('{'))
      return `${name} ${types.get(name)} ${[...line.matchAll(/(\w+)="/g)].map(([, label]) => label).join(' ')}`
    })
  return [...new Set(shapes)].toSorted()
}

/** Which pages of the monitor were asked for is counted by page; the rest is what newer servers say beside. */
const varies = (shape: string): boolean =>
  /^nats_varz_(http_req_stats_\w+|jetstream_meta_quorum_needed|jetstream_limits_\w+) /.test(shape)

describe('the counterpart of the NATS exporter', () => {
  it('has the names, types and labels of the real one, and no others', () => {
    const ours = shapeOf(exporterPage(reports)).filter((shape) => !varies(shape))
    expect(ours).toEqual(recorded.filter((shape) => !varies(shape)).toSorted())
  })

  it('says who leads a stream, so that three nodes do not count thrice', () => {
    const page = exporterPage(reports)
    expect(page).toMatch(/^nats_stream_total_messages\{.*is_stream_leader="true".*stream_name="ORDERS".*\} 30$/m)
    const elsewhere = structuredClone(reports) as { varz: { server_name: string } } & NodeReports
    elsewhere.varz.server_name = 'another'
    expect(exporterPage(elsewhere)).not.toContain('is_stream_leader="true"')
  })

  it('leaves JetStream out while a node does not answer', () => {
    const page = exporterPage({ ...reports, jsz: undefined })
    expect(page).toContain('nats_varz_connections')
    expect(page).not.toContain('nats_server_')
    expect(page).not.toContain('nats_stream_')
  })
})
