import * as grafana from '@grafana/grafana-foundation-sdk/dashboard'
import { datasource, type PanelSpec, panel, variable } from './panel.ts'

export type DashboardSpec = {
  readonly uid: string
  readonly title: string
  readonly about: string
  readonly rows: readonly { readonly title: string; readonly panels: readonly PanelSpec[] }[]
}

const labelVariable = (name: string, label: string, about: string, query: string): grafana.QueryVariableBuilder =>
  new grafana.QueryVariableBuilder(name)
    .label(label)
    .description(about)
    .datasource(datasource)
    .query({ query, refId: name })
    .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
    .sort(grafana.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .current({ selected: true, text: ['All'], value: ['$__all'] })

const variables = (): Parameters<grafana.DashboardBuilder['withVariable']>[0][] => [
  new grafana.DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'),
  labelVariable(
    'namespace',
    'Namespace',
    'Of Kubernetes; there is none elsewhere.',
    'label_values(kez_build_info, namespace)',
    // Where there is no such label, it matches all the same.
  ).allValue('.*'),
  labelVariable('job', 'Services', 'How Prometheus calls our services.', 'label_values(kez_build_info, job)'),
  labelVariable(
    'nats',
    'NATS',
    'How Prometheus calls the exporters of NATS.',
    'label_values(nats_varz_connections, job)',
  ),
  new grafana.TextBoxVariableBuilder('runbooks')
    .label('Runbooks')
    .description('Where docs/operations.md of your version can be read; links to runbooks lead there.')
    .defaultValue('docs/operations.md'),
]

const links = (uid: string, all: readonly DashboardSpec[]): grafana.DashboardLinkBuilder[] => [
  ...all
    .filter((other) => other.uid !== uid)
    .map((other) =>
      new grafana.DashboardLinkBuilder(other.title)
        .type(grafana.DashboardLinkType.Link)
        .url(`/d/${other.uid}`)
        .includeVars(true)
        .keepTime(true),
    ),
  new grafana.DashboardLinkBuilder('Runbooks')
    .type(grafana.DashboardLinkType.Link)
    .url(`${variable('runbooks:raw')}#when-an-alert-fires`)
    .targetBlank(true),
]

/** One dashboard as Grafana reads it; `all` are those that it leads to. */
export const dashboard = (spec: DashboardSpec, all: readonly DashboardSpec[]): grafana.Dashboard => {
  const builder = new grafana.DashboardBuilder(spec.title)
    .uid(spec.uid)
    .description(spec.about)
    .tags(['kez-chat'])
    .timezone('browser')
    .refresh('30s')
    .time({ from: 'now-3h', to: 'now' })
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .variables(variables())
    .links(links(spec.uid, all))
  for (const { title, panels } of spec.rows) {
    builder.withRow(new grafana.RowBuilder(title))
    for (const one of panels) builder.withPanel(panel(one))
  }
  const built = builder.build()
  return { ...built, panels: built.panels?.map((one, i) => ({ ...one, id: i + 1 })) ?? [] }
}
