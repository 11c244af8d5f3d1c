namespace SoftmaxScripting.Toolkit;

/// <summary>The look of a report: the colours are those of the charts.</summary>
internal static class ReportStyle
{
    /// <summary>The rules, beside those of the charts.</summary>
    public const string Css =
        """
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
        main{max-width:1240px;margin:0 auto;padding:24px 20px 56px}
        h1{font-size:1.7rem;line-height:1.2;margin:0 0 4px;overflow-wrap:anywhere}
        h2{font-size:1.25rem;margin:36px 0 10px;padding-bottom:4px;border-bottom:1px solid var(--grid)}
        h3{font-size:1.05rem;margin:20px 0 6px}
        p{margin:6px 0;max-width:76ch;overflow-wrap:anywhere}
        .faint,.when,dt,summary,caption{color:var(--faint)}
        .faint,.when{font-size:.9rem}
        .when{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline}
        .state{padding:0 10px;border:1px solid currentColor;border-radius:999px;white-space:normal}
        .state.running{color:var(--s0)}.state.completed{color:var(--s2)}.state.broken,.problem{color:var(--wrong)}
        .synthetic{font-size:.85rem;border:1px solid var(--faint);border-radius:4px;padding:0 6px;font-weight:600;white-space:nowrap}
        pre{font:13px/1.45 ui-monospace,'DejaVu Sans Mono',Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:6px 0}
        code{font:.9em ui-monospace,'DejaVu Sans Mono',Consolas,monospace;overflow-wrap:anywhere}
        summary{cursor:pointer;font-size:.95rem}
        details{margin:10px 0}
        dl.options{display:flex;flex-wrap:wrap;gap:6px 26px;margin:12px 0}
        dl.options div{min-width:0}dt{font-size:.8rem}dd{margin:0;overflow-wrap:anywhere}
        .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,380px),1fr));gap:20px 28px;align-items:start;margin:14px 0}
        .figures.pairs{grid-template-columns:repeat(auto-fill,minmax(min(100%,480px),1fr))}
        figure{margin:0;min-width:0;max-width:600px}
        figure svg{display:block;width:100%;height:auto}
        .scroll{overflow-x:auto;max-width:100%}
        .scroll:focus-visible{outline:2px solid var(--s0);outline-offset:2px}
        table{border-collapse:collapse;font-size:.92rem;font-variant-numeric:tabular-nums;margin:8px 0}
        caption{text-align:left;font-size:.9rem;padding-bottom:4px}
        th,td{padding:4px 14px 4px 0;text-align:left;border-bottom:1px solid var(--grid);vertical-align:top}
        thead th{color:var(--faint);font-weight:600;vertical-align:bottom}tbody th{font-weight:400;min-width:5.5em}
        .number{text-align:right;white-space:nowrap}
        math{font-size:1.1rem;width:max-content;margin:0}math mtd{padding:.3em .25em;text-align:left}math mtable.cases{border-left:1.5px solid;border-radius:.5em;padding-left:.2em;margin:0 .2em}math mtable.cases mtd{padding:.1em .4em}math mfrac>:last-child{padding-top:.15em}
        .formula ul{margin:6px 0;padding-left:22px}.formula li{margin:4px 0;max-width:100ch}
        @media (max-width:480px){main{padding:16px 14px 40px}h1{font-size:1.4rem}math{font-size:1rem}}
        @media print{main{max-width:none;padding:0}figure,tr,section{break-inside:avoid}.figures{grid-template-columns:1fr 1fr}h2{break-after:avoid}}
        """;
}
