namespace SoftmaxScripting.Toolkit;

/// <summary>What a report knows of a training run, at one moment. Immutable.</summary>
internal sealed record TrainingRecord
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The data set.</summary>
    public required string Data { get; init; }

    /// <summary>Where the data come from.</summary>
    public required string Origin { get; init; }

    /// <summary>Whether a program made the data up.</summary>
    public required bool IsSynthetic { get; init; }

    /// <summary>The model in one line.</summary>
    public required string Model { get; init; }

    /// <summary>The optimiser and its learning rate.</summary>
    public required string Optimizer { get; init; }

    /// <summary>How many epochs are asked for.</summary>
    public required int Epochs { get; init; }

    /// <summary>Rows per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>The seed of the order of the rows.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<Epoch> Done { get; init; } = [];

    /// <summary>Means of the losses of some batches each, over the place in epochs.</summary>
    public IReadOnlyList<(double Epoch, double Loss)> Batches { get; init; } = [];

    /// <summary>How far it is, in epochs.</summary>
    public double Progress { get; init; }

    /// <summary>How it stands.</summary>
    public TrainingOutcome Outcome { get; init; }

    /// <summary>Why it stopped or broke off; empty for no reason.</summary>
    public string Reason { get; init; } = "";
}
