using System.Globalization;
using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>How far training is before a step.</summary>
/// <param name="Step">Batches done in all epochs.</param>
/// <param name="Epoch">Epochs done, with the share of the running one: 1.5 in the middle of the second.</param>
/// <param name="Epochs">How many epochs there will be.</param>
public readonly record struct TrainingMoment(long Step, double Epoch, double Epochs);

/// <summary>
/// The learning rate's factor as a pure function of time: the optimiser's learning rate times the factor is used. Schedules
/// are multiplied with <c>*</c> and follow one another with <see cref="Then"/>.
/// </summary>
/// <example><code>Train(model, data, loss, Sgd(0.1), schedule: Schedule.WarmUp(1).Then(Schedule.Cosine()));</code></example>
public sealed class Schedule
{
    private readonly Func<TrainingMoment, double> factor;
    private readonly string name;

    private Schedule(string name, Func<TrainingMoment, double> factor, double length = double.PositiveInfinity)
    {
        this.name = name;
        this.factor = factor;
        Length = length;
    }

    /// <summary>After how many epochs it ends; infinite for one that goes on.</summary>
    public double Length { get; }

    /// <summary>1 always.</summary>
    public static Schedule Constant { get; } = new("constant", _ => 1);

    /// <summary>A power of the factor, one more after every so many epochs.</summary>
    /// <param name="factor">Above 0.</param>
    /// <param name="every">Epochs, at least 1.</param>
    public static Schedule Steps(double factor, int every)
    {
        RequirePositive("Steps", "factor", factor);
        if (every < 1)
            throw new SoftmaxException($"Schedule.Steps: every {every} epochs; at least 1 is needed.");
        return new(Text($"×{factor} every {every} epochs"), moment => Math.Pow(factor, Math.Floor(moment.Epoch / every)));
    }

    /// <summary>A power of the factor, one more after each of these epochs.</summary>
    /// <param name="factor">Above 0.</param>
    /// <param name="after">Numbers of epochs.</param>
    public static Schedule Milestones(double factor, params int[] after)
    {
        RequirePositive("Milestones", "factor", factor);
        return new(
            Text($"×{factor} after epochs {string.Join(", ", after)}"),
            moment => Math.Pow(factor, after.Count(epoch => moment.Epoch >= epoch)));
    }

    /// <summary>factorᵗ after t epochs, in whole epochs.</summary>
    /// <param name="factor">Above 0.</param>
    public static Schedule Exponential(double factor)
    {
        RequirePositive("Exponential", "factor", factor);
        return new(Text($"×{factor} each epoch"), moment => Math.Pow(factor, Math.Floor(moment.Epoch)));
    }

    /// <summary>From 1 to a last factor f along half a cosine over all epochs: f + (1 − f)(1 + cos πs)/2 (Loshchilov and Hutter 2017).</summary>
    /// <param name="last">f, at least 0 and at most 1.</param>
    public static Schedule Cosine(double last = 0)
    {
        if (!(last >= 0 && last <= 1))
            throw new SoftmaxException($"Schedule.Cosine: the last factor is {last}; it must be in 0..1.");
        return new("cosine", moment => Anneal(1, last, Share(moment)));
    }

    /// <summary>In a straight line from 1 to a last factor over all epochs.</summary>
    /// <param name="last">At least 0.</param>
    public static Schedule Linear(double last = 0)
    {
        if (!(last >= 0))
            throw new SoftmaxException($"Schedule.Linear: the last factor is {last}; it must not be negative.");
        return new("linear", moment => 1 + (last - 1) * Share(moment));
    }

    /// <summary>In a straight line from a first factor to 1 over some epochs.</summary>
    /// <param name="epochs">Above 0; parts of an epoch are allowed.</param>
    /// <param name="first">At least 0; the very first step is taken with it, or with the next where it is 0.</param>
    public static Schedule WarmUp(double epochs, double first = 0.001)
    {
        RequirePositive("WarmUp", "number of epochs", epochs);
        if (!(first >= 0 && first <= 1))
            throw new SoftmaxException($"Schedule.WarmUp: the first factor is {first}; it must be in 0..1.");
        return new(
            Text($"warm-up over {epochs} epochs"),
            moment => moment.Epoch >= epochs ? 1 : first + (1 - first) * moment.Epoch / epochs,
            epochs);
    }

    /// <summary>
    /// One cycle over all epochs: along half a cosine from 1/25 up to 1, then along another down to 1/250000 (Smith and Topin
    /// 2019, "Super-Convergence"; the numbers are PyTorch's).
    /// </summary>
    /// <param name="rising">The share of the epochs that goes up, above 0 and below 1.</param>
    /// <param name="first">The first factor.</param>
    /// <param name="last">The last factor.</param>
    public static Schedule OneCycle(double rising = 0.3, double first = 1.0 / 25, double last = 1.0 / 250_000)
    {
        if (!(rising > 0 && rising < 1))
            throw new SoftmaxException($"Schedule.OneCycle: the rising share is {rising}; it must be above 0 and below 1.");
        RequirePositive("OneCycle", "first factor", first);
        RequirePositive("OneCycle", "last factor", last);
        return new("one cycle", moment =>
        {
            var share = Share(moment);
            return share < rising ? Anneal(first, 1, share / rising) : Anneal(1, last, (share - rising) / (1 - rising));
        });
    }

    /// <summary>Any function of time; its factors must be at least 0.</summary>
    /// <param name="factor">The factor before a step.</param>
    public static Schedule By(Func<TrainingMoment, double> factor)
    {
        ArgumentNullException.ThrowIfNull(factor);
        return new("function", factor);
    }

    /// <summary>The same for some epochs only, so that another can follow.</summary>
    /// <param name="epochs">Above 0.</param>
    public Schedule For(double epochs)
    {
        RequirePositive("For", "number of epochs", epochs);
        return new(Text($"{name} for {epochs} epochs"), moment => factor(moment with { Epochs = epochs }), epochs);
    }

    /// <summary>This one until it ends, then another, which sees the rest of the epochs as its own.</summary>
    /// <param name="next">What follows.</param>
    /// <exception cref="SoftmaxException">This one has no end.</exception>
    public Schedule Then(Schedule next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (double.IsPositiveInfinity(Length))
            throw new SoftmaxException($"Schedule: '{name}' has no end, so nothing can follow; end it with For(epochs).");
        var length = Length;
        return new(
            $"{name}, then {next.name}",
            moment => moment.Epoch < length
                ? factor(moment)
                : next.factor(moment with { Epoch = moment.Epoch - length, Epochs = Math.Max(moment.Epochs - length, 0) }),
            length + next.Length);
    }

    /// <summary>Both factors multiplied.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Schedule operator *(Schedule left, Schedule right) => Multiply(left, right);

    /// <summary>Both factors multiplied.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static Schedule Multiply(Schedule left, Schedule right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        return new(
            $"{left.name} × {right.name}",
            moment => left.factor(moment) * right.factor(moment),
            Math.Max(left.Length, right.Length));
    }

    /// <summary>The factor before a step.</summary>
    /// <param name="moment">How far training is.</param>
    /// <exception cref="SoftmaxException">It is negative or not finite.</exception>
    public double At(TrainingMoment moment)
    {
        var value = factor(moment);
        return value >= 0 && double.IsFinite(value)
            ? value
            : throw new SoftmaxException(Text($"Schedule '{name}' gives the factor {value} after {moment.Epoch} epochs; it must be at least 0."));
    }

    /// <summary>What it does, in a few words.</summary>
    public override string ToString() => name;

    private static double Share(TrainingMoment moment) =>
        moment.Epochs > 0 ? Math.Clamp(moment.Epoch / moment.Epochs, 0, 1) : 1;

    private static double Anneal(double from, double to, double share) => to + (from - to) * (1 + Math.Cos(Math.PI * share)) / 2;

    private static void RequirePositive(string owner, string what, double value)
    {
        if (!(value > 0 && double.IsFinite(value)))
            throw new SoftmaxException(Text($"Schedule.{owner}: the {what} is {value}; it must be above 0."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
