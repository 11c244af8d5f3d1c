using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit.Charts;

namespace SoftmaxScripting.Toolkit;

/// <summary>A part of a report.</summary>
internal abstract record ReportBlock;

/// <summary>The beginning of a section.</summary>
internal sealed record HeadingBlock(string Text) : ReportBlock;

/// <summary>A paragraph.</summary>
internal sealed record TextBlock(string Text) : ReportBlock;

/// <summary>A picture.</summary>
internal sealed record FigureBlock(Figure Figure) : ReportBlock;

/// <summary>A table.</summary>
internal sealed record TableBlock(ReportTable Table) : ReportBlock;

/// <summary>A loss: its formula, its derivatives, and the rewrites that fired.</summary>
internal sealed record FormulaBlock(Explanation Explanation) : ReportBlock;
