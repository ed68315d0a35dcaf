import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  TooltipDisplayMode,
} from '@grafana/grafana-foundation-sdk/common'
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries'

/** An expression, and how its series are called. */
export type Query = readonly [expression: string, legend: string]

/** From which value on something is worth looking at (`warning`) or wrong (`critical`); with `falling`, from which value down. */
export type Limits = {
  readonly warning?: number
  readonly critical?: number
  readonly falling?: boolean
  /** The alert that judges the same figure by the same value. */
  readonly alert?: string
}

export type PanelSpec = {
  readonly kind: 'stat' | 'graph' | 'table'
  readonly title: string
  /** What is shown. */
  readonly shows: string
  /** What an operator does about it, or why there is nothing to do. */
  readonly todo: string
  readonly unit?: string
  readonly decimals?: number
  readonly queries: readonly Query[]
  readonly limits?: Limits
  /** More alerts whose sections of the runbook say what to do. */
  readonly alerts?: readonly string[]
  /** The dashboard that says more, by its uid. */
  readonly more?: string
  readonly stacked?: boolean
  /** In columns of 24. */
  readonly width?: number
  readonly height?: number
}

type Given = Omit<PanelSpec, 'kind'>
export const stat = (spec: Given): PanelSpec => ({ kind: 'stat', width: 4, height: 5, ...spec })
export const graph = (spec: Given): PanelSpec => ({ kind: 'graph', width: 8, height: 8, ...spec })
export const table = (spec: Given): PanelSpec => ({ kind: 'table', width: 24, height: 7, ...spec })

/** A variable of the dashboard where Grafana puts its value in. */
export const variable = (name: string): string => `$${`{${name}}`}`

export const datasource = { type: 'prometheus', uid: variable('datasource') } as const

const anchors = ({ limits, alerts = [] }: PanelSpec): string[] => [...(limits?.alert ? [limits.alert] : []), ...alerts]

const description = (spec: PanelSpec): string => {
  const alerts = anchors(spec)
  const judged =
    alerts.length === 0 ? '' : `\n\n**Alerts:** ${alerts.join(', ')} (docs/operations.md, "When an alert fires").`
  return `${spec.shows}\n\n**What to do:** ${spec.todo}${judged}`
}

const links = (spec: PanelSpec): Builder<dashboard.DashboardLink>[] => [
  ...anchors(spec).map((alert) =>
    new dashboard.DashboardLinkBuilder(`Runbook: ${alert}`)
      .url(`\${runbooks:raw}#${alert.toLowerCase()}`)
      .targetBlank(true),
  ),
  ...(spec.more
    ? [
        new dashboard.DashboardLinkBuilder(`More: ${spec.more}`).url(
          `/d/${spec.more}?\${__url_time_range}&\${__all_variables}`,
        ),
      ]
    : []),
]

const steps = ({ warning, critical, falling }: Limits): dashboard.Threshold[] => {
  const marks = [
    { value: warning, color: 'orange' },
    { value: critical, color: 'red' },
  ].flatMap(({ value, color }) => (value === undefined ? [] : [{ value, color }]))
  if (!falling) return [{ value: null, color: 'green' }, ...marks]
  // Below the first mark it is as bad as can be.
  const rising = marks.toSorted((a, b) => a.value - b.value)
  const colors = [...rising.map(({ color }) => color), 'green']
  return colors.map((color, i) => ({ value: rising[i - 1]?.value ?? null, color }))
}

const thresholds = (limits: Limits | undefined): dashboard.ThresholdsConfigBuilder =>
  new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps(limits ? steps(limits) : [{ value: null, color: 'blue' }])

const target = ([expression, legend]: Query, index: number): DataqueryBuilder =>
  new DataqueryBuilder()
    .refId(String.fromCharCode(65 + index))
    .datasource(datasource)
    .expr(expression)
    .legendFormat(legend)

const framed = <T extends StatBuilder | GraphBuilder | TableBuilder>(builder: T, spec: PanelSpec): T => {
  builder
    .title(spec.title)
    .description(description(spec))
    .datasource(datasource)
    .span(spec.width ?? 8)
    .height(spec.height ?? 8)
    .links(links(spec))
    .thresholds(thresholds(spec.limits))
  if (spec.unit !== undefined) builder.unit(spec.unit)
  if (spec.decimals !== undefined) builder.decimals(spec.decimals)
  return builder
}

const statPanel = (spec: PanelSpec): StatBuilder =>
  framed(new StatBuilder(), spec)
    .targets(spec.queries.map((query, i) => target(query, i).range()))
    .colorMode(spec.limits ? BigValueColorMode.Background : BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.Thresholds))
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .noValue('no data')

const graphPanel = (spec: PanelSpec): GraphBuilder => {
  const lines = spec.limits?.warning !== undefined || spec.limits?.critical !== undefined
  const builder = framed(new GraphBuilder(), spec)
    .targets(spec.queries.map((query, i) => target(query, i).range()))
    .colorScheme(new dashboard.FieldColorBuilder().mode(dashboard.FieldColorModeId.PaletteClassic))
    .fillOpacity(spec.stacked ? 40 : 8)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.Table)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(new common.VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        lines ? GraphThresholdsStyleMode.Dashed : GraphThresholdsStyleMode.Off,
      ),
    )
  if (spec.stacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal))
  return spec.unit === 'short' || spec.unit === undefined ? builder.min(0) : builder
}

const tablePanel = (spec: PanelSpec): TableBuilder =>
  framed(new TableBuilder(), spec)
    .targets(spec.queries.map((query, i) => target(query, i).instant().format(PromQueryFormat.Table)))
    .withTransformation({
      id: 'organize',
      options: { excludeByName: { Time: true, Value: true, __name__: true, job: true } },
    })
    .noValue('nothing')

/** As Grafana reads it. */
export const panel = (spec: PanelSpec): Builder<dashboard.Panel> =>
  spec.kind === 'stat' ? statPanel(spec) : spec.kind === 'table' ? tablePanel(spec) : graphPanel(spec)
