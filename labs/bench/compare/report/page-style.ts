// The page's style: one column that a projector shows whole, large letters, plots as wide as they need.

import { colourStyle, fonts } from './theme.ts';

export const pageStyle = (): string => `${colourStyle()}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:17px/1.55 ${fonts}}
main{max-width:1040px;margin:0 auto;padding:40px 24px 80px}
h1{font-size:2.1rem;line-height:1.2;margin:0 0 20px;letter-spacing:-.01em}
h2{font-size:1.5rem;line-height:1.3;margin:64px 0 8px;padding-top:20px;border-top:2px solid var(--line);overflow-wrap:anywhere}
h3{font-size:1.1rem;line-height:1.4;margin:0 0 12px;overflow-wrap:anywhere}
p{margin:0 0 16px;max-width:46em}
a{color:inherit}
dl{margin:0;display:grid;gap:6px}
dl div{display:grid;grid-template-columns:6em 1fr;gap:12px}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code,pre{font-family:ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;font-size:.9em}
pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:4px 0 12px}
figure{margin:28px 0 0;padding:20px 22px;background:var(--card);border:1px solid var(--line);border-radius:10px}
.plot{overflow-x:auto}
.plot svg{display:block;height:auto;max-width:100%;min-width:min(100%,620px)}
figcaption{margin-top:10px;color:var(--soft);font-size:.92rem}
nav{margin-top:24px}
nav ol{columns:2;column-gap:40px;padding-left:1.4em;margin:0}
nav li{break-inside:avoid;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin-top:24px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;min-width:100%}
th,td{padding:8px 14px 8px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
thead th{font-size:.95rem;vertical-align:bottom;white-space:nowrap}
tbody th{font-weight:600;min-width:11em}
td{white-space:nowrap}
td.best{font-weight:700;color:var(--good)}
td.missed,small.missed{color:var(--bad);font-weight:700}
small{display:block;font-weight:400;font-size:.82rem;line-height:1.35;color:var(--soft)}
small.reached{color:var(--good)}
td.verdict{white-space:normal;color:var(--soft);font-size:.85rem;line-height:1.35;min-width:11em}
abbr{text-decoration:none}
.failures{margin:20px 0 0;padding:16px 22px;border-left:5px solid var(--bad);background:var(--card)}
.failures ul{margin:0;padding-left:1.2em}
@media (max-width:700px){body{font-size:16px}main{padding:24px 14px 60px}h1{font-size:1.6rem}figure{padding:14px 12px}dl div{grid-template-columns:1fr;gap:0}nav ol{columns:1}.plot svg{min-width:620px}}
@media print{body{font-size:11pt}main{max-width:none;padding:0}figure{break-inside:avoid}h2{break-after:avoid}}
@page{margin:15mm}
`;
