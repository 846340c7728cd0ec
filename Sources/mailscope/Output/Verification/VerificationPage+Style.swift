extension VerificationPage {
    static let styleSheet = """
        :root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1d2126; --soft: #5a6370; --line: #c9ced6;
          --good: #1a7040; --good-fill: #eaf6ee; --breach: #b3141d; --breach-fill: #fdecec; --doubt: #8a5a00; --doubt-fill: #fdf4e0; }
        @media (prefers-color-scheme: dark) { :root { --page: #14171b; --card: #1c2026; --ink: #e8eaed; --soft: #a3acb8; --line: #454c57;
          --good: #6fd396; --good-fill: #16291d; --breach: #ff8a8a; --breach-fill: #3a1517; --doubt: #f0bd55; --doubt-fill: #322609; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 1240px; margin: 0 auto; padding: 28px 24px 56px; }
        p { margin: 0 0 12px; } code, pre { font: 0.9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
        small { color: var(--soft); font-size: 0.85em; font-weight: 400; }
        section { margin-top: 36px; } h2 { font-size: 1.2rem; margin: 0 0 12px; } h3 { font-size: 1.05rem; margin: 24px 0 8px; color: var(--tone); }
        h4 { font-size: 1rem; margin: 0 0 8px; overflow-wrap: anywhere; }
        .good { --tone: var(--good); --fill: var(--good-fill); } .breach { --tone: var(--breach); --fill: var(--breach-fill); }
        .doubt { --tone: var(--doubt); --fill: var(--doubt-fill); } .plain { --tone: var(--soft); --fill: var(--card); }
        .kind { color: var(--soft); margin: 0 0 8px; }
        .verdict { font-size: 2rem; line-height: 1.2; margin: 0 0 12px; padding: 16px 20px; border-radius: 8px; color: var(--tone);
          background: var(--fill); border: 2px solid var(--tone); } .verdict.breach { border-width: 5px; } .verdict.doubt { border-style: dashed; }
        .sentence { font-size: 1.1rem; margin: 0 0 4px; } .summary { color: var(--soft); margin: 0; overflow-wrap: anywhere; }
        .tiles { list-style: none; display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; }
        .tiles li { background: var(--fill); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; color: var(--soft); font-size: 0.9rem; }
        .tiles b { display: block; font-size: 1.5rem; line-height: 1.3; color: var(--tone); } .tiles .plain b { color: var(--ink); }
        dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 10px 32px; margin: 0; }
        dt { color: var(--soft); font-size: 0.85rem; } dd { margin: 0; overflow-wrap: anywhere; }
        .lines { margin: 0; padding-left: 22px; } .lines li { margin: 0 0 6px; overflow-wrap: anywhere; }
        .scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: 8px 12px; border-bottom: 1px solid var(--line); vertical-align: top; }
        tbody tr:last-child > * { border-bottom: 0; } thead th { color: var(--soft); font-size: 0.85rem; font-weight: 600; vertical-align: bottom; }
        .matrix tbody th { font-weight: 600; min-width: 210px; overflow-wrap: anywhere; } .matrix small { display: block; } .matrix td { white-space: nowrap; }
        .matrix td small { white-space: normal; margin-top: 2px; } .rest td { white-space: normal; }
        .cell { color: var(--tone); font-weight: 600; } .cell i { display: inline-block; min-width: 1.5em; text-align: center; font-style: normal;
          line-height: 1.35; border: 1px solid var(--tone); background: var(--fill); border-radius: 50%; }
        .cell.breach i { border-width: 2px; border-radius: 2px; background: var(--tone); color: var(--page); } .cell.doubt i { border-style: dashed; border-radius: 5px; }
        .legend { font-size: 0.9rem; color: var(--soft); } .legend .cell { margin-right: 16px; white-space: nowrap; }
        .list { font-size: 0.9rem; } .list td { min-width: 90px; overflow-wrap: anywhere; } .list td:nth-child(2) { min-width: 200px; } .list small { display: block; }
        .list time { white-space: nowrap; } .ids { white-space: nowrap; } .list .ids code { font-size: 0.84em; }
        article { border-left: 4px solid var(--tone); padding: 4px 0 4px 14px; margin: 0 0 16px; } article.breach { border-left-width: 7px; } article.doubt { border-left-style: dashed; }
        .advice { max-width: 80ch; } .empty, footer { color: var(--soft); } footer { margin-top: 40px; font-size: 0.9rem; border-top: 1px solid var(--line); padding-top: 12px; }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; margin: 0; white-space: pre-wrap; }
        svg { display: block; min-width: 900px; width: 100%; height: auto; font: 14px system-ui, sans-serif; }
        svg text { fill: var(--ink); } svg .heading { fill: var(--soft); font-weight: 600; }
        svg .detail { fill: var(--soft); font-size: 12px; } svg .sign { fill: var(--tone); text-anchor: end; font-weight: 700; font-size: 17px; }
        .box rect { fill: var(--fill); stroke: var(--tone); stroke-width: 1.5; } .box.breach rect { stroke-width: 3; }
        .box.doubt rect { stroke-dasharray: 6 4; } .box.breach .detail { fill: var(--breach); }
        .edge { fill: none; stroke: var(--tone); stroke-width: 1.5; } .edge.breach { stroke-width: 4; } .edge.doubt { stroke-dasharray: 6 5; stroke-width: 2; }
        @media screen and (max-width: 760px) {
          .ids { white-space: normal; }
          main { padding: 16px 14px 40px; } .verdict { font-size: 1.6rem; padding: 12px 14px; } dl { grid-template-columns: 1fr; }
          .tiles { grid-template-columns: 1fr 1fr; } article { padding-left: 10px; }
          .matrix, .list, .matrix tbody, .list tbody, .matrix tr, .list tr, .matrix td, .list td, .matrix tbody th { display: block; }
          .matrix thead, .list thead { display: none; } .matrix tr, .list tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
          tbody tr:last-child { border-bottom: 0; } .matrix td, .list td, .matrix tbody th { border: 0; padding: 3px 12px; min-width: 0; white-space: normal; }
          .matrix td[data-label], .list td { display: grid; grid-template-columns: 7.5em 1fr; gap: 0 10px; }
          .matrix td[data-label] { grid-template-columns: 1fr auto; padding-bottom: 7px; } .matrix td[data-label] small { grid-column: 1 / -1; margin: 0; }
          td[data-label]::before { content: attr(data-label); color: var(--soft); font-size: 0.85rem; overflow-wrap: anywhere; }
        }
        @media print {
          :root { color-scheme: light; --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #999;
            --good: #1a7040; --good-fill: #fff; --breach: #b3141d; --breach-fill: #fff; --doubt: #8a5a00; --doubt-fill: #fff; }
          body { font-size: 10pt; } main { max-width: none; padding: 0; } .tiles { grid-template-columns: repeat(6, 1fr); gap: 6pt; } .tiles li { padding: 4pt 6pt; font-size: 8pt; } .tiles b { font-size: 13pt; }
          dl { grid-template-columns: repeat(3, 1fr); } .scroll { overflow: visible; border-radius: 0; } section { margin-top: 18pt; }
          h2, h3, h4 { break-after: avoid; } tr, dl > div, .tiles li { break-inside: avoid; } thead { display: table-header-group; }
          .list { font-size: 8pt; } .ids { white-space: normal; } th, td { padding: 3pt 5pt; } .list td, .list td:nth-child(2), .matrix tbody th { min-width: 0; } .matrix { font-size: 8.5pt; } .matrix td { white-space: normal; } svg { min-width: 0; }
          * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }
        """
}
