namespace SoftmaxScripting.Toolkit;

/// <summary>What an axis of a generated tensor counts.</summary>
internal enum AxisRole
{
    /// <summary>Something of the tensor's own.</summary>
    Own,

    /// <summary>Rows, as many as the other arguments have.</summary>
    Rows,

    /// <summary>Columns, as many as the other arguments have.</summary>
    Columns,
}

/// <summary>An axis of a generated tensor.</summary>
/// <param name="Role">What it counts.</param>
/// <param name="Fixed">Its size where that is given; null where it is drawn.</param>
internal readonly record struct DrawnAxis(AxisRole Role, int? Fixed)
{
    /// <summary>The axis's size among these sizes.</summary>
    /// <param name="sizes">The sizes drawn.</param>
    public int Size(Sizes sizes) => Fixed ?? (Role == AxisRole.Rows ? sizes.Rows : sizes.Columns);
}
