using SoftmaxScripting.Core;

namespace SoftmaxScripting.Toolkit;

/// <summary>The kind of arguments that a loss takes: what its target holds, and what its prediction.</summary>
/// <param name="Target">Values, a distribution for each row, or class labels.</param>
/// <param name="IsProbability">
/// Whether the prediction holds probabilities, strictly within (0, 1) and adding up to 1 in each row, and not any numbers.
/// </param>
/// <param name="IsVector">Whether both are vectors [n] and not matrices [n, k].</param>
internal sealed record LossInputs(TargetKind Target, bool IsProbability, bool IsVector)
{
    /// <summary>As many classes as probabilities have: a single class is certain, which is at the domain's edge.</summary>
    private const int Classes = 3;

    private static readonly LossInputs[] All =
    [
        new(TargetKind.Distribution, false, false),
        new(TargetKind.Values, false, false),
        new(TargetKind.Distribution, true, false),
        new(TargetKind.Labels, false, false),
        new(TargetKind.Labels, true, false),
        new(TargetKind.Values, false, true),
    ];

    /// <summary>Whether the prediction holds logits: numbers of any size that name probabilities.</summary>
    public bool IsLogits => !IsProbability && Target != TargetKind.Values;

    /// <summary>What the report calls the arguments.</summary>
    public string Text
    {
        get
        {
            var axes = IsVector ? "[n]" : "[n, k]";
            var prediction = IsProbability ? $"probabilities {axes}" : IsLogits ? $"logits {axes}" : $"prediction {axes}";
            return prediction + Target switch
            {
                TargetKind.Labels => ", target [n] class labels",
                TargetKind.Distribution => ", target [n, k] distributions",
                _ => $", target {axes}",
            };
        }
    }

    /// <summary>The same kind as the gradient check draws it.</summary>
    public GradientArguments ForGradient => new(
        IsVector ? ["n", "n"] : Target == TargetKind.Labels ? ["nk", "#"] : ["nk", "nk"], IsProbability)
    {
        HasDistribution = Target == TargetKind.Distribution,
    };

    /// <summary>Moderate predictions.</summary>
    public TensorArbitrary Prediction => IsProbability ? Any.Probabilities(classes: Classes)
        : IsVector ? Any.Moderate(-1)
        : Any.Moderate(-1, -1);

    /// <summary>Predictions without ties or short numbers, whose differences are no round numbers either.</summary>
    public TensorArbitrary GenericPrediction => IsProbability
        ? Prediction
        : Prediction.With(Numbers.Generic, (elements, _, _) => elements);

    /// <summary>Predictions as extreme as they come: logits up to ±10⁴.</summary>
    public TensorArbitrary ExtremePrediction => IsProbability ? Prediction : IsVector ? Any.Tensor(-1) : Any.Logits();

    /// <summary>Targets, one-hot ones among the distributions.</summary>
    public TensorArbitrary Targets => Target switch
    {
        TargetKind.Labels => Any.Labels(),
        TargetKind.Distribution => Any.SoftTargets(classes: IsProbability ? Classes : null),
        _ => Prediction,
    };

    /// <summary>Targets that a prediction can reach: distributions without zeros.</summary>
    public TensorArbitrary ReachableTargets => Target == TargetKind.Distribution
        ? Any.Probabilities(classes: IsProbability ? Classes : null)
        : Targets;

    /// <summary>
    /// The first kind that a function accepts with finite values, and why not those before. A function of any numbers
    /// takes distributions when it ignores what is added to a row of its prediction, as only logits allow.
    /// </summary>
    /// <param name="f">The loss.</param>
    /// <param name="target">The kind of target, or Automatic.</param>
    /// <param name="seed">The seed of the arguments tried.</param>
    public static (LossInputs? Kind, List<string> Refusals) Find(Func<Tensor[], Tensor> f, TargetKind target, ulong seed)
    {
        var refusals = new List<string>();
        foreach (var kind in All.Where(kind => target == TargetKind.Automatic || kind.Target == target))
        {
            try
            {
                if (kind.Accepts(f, seed, shifted: target == TargetKind.Automatic && kind == All[0]) is not { } refusal)
                    return (kind, refusals);
                refusals.Add($"{kind.Text}: {refusal}");
            }
            catch (Exception exception) when (GradientCheck.IsOfTheFunction(exception))
            {
                refusals.Add($"{kind.Text}: {exception.Message}");
            }
        }

        return (null, refusals);
    }

    /// <summary>The prediction that a target asks for, as far as numbers go.</summary>
    /// <param name="target">The target.</param>
    /// <param name="like">A prediction of the shape.</param>
    /// <param name="isSoftmax">Whether logits stand for softmax, and not each for a σ of its own.</param>
    public Tensor Best(Tensor target, Tensor like, bool isSoftmax)
    {
        if (Target == TargetKind.Distribution && !IsProbability)
            return isSoftmax ? target.Log() : target.Log() - (1 - target).Maximum(SmallestShare).Log();
        if (Target != TargetKind.Labels)
            return target;
        var classes = like.Shape[1];
        var rows = Tensor.OneHot(target, classes).ToDouble();
        return IsProbability ? (1 - NearlyCertain) * rows + NearlyCertain / classes : Certain * rows;
    }

    /// <summary>How much the loss at <see cref="Best"/> may exceed that at another prediction.</summary>
    public double BestSlack => Target == TargetKind.Labels && IsProbability ? 1e-6 : 1e-9;

    /// <summary>A logit beyond which the other classes count for less than rounding.</summary>
    private const double Certain = 1000;

    private const double NearlyCertain = 1e-9;

    /// <summary>Keeps the logit of a single class, which is certain, finite.</summary>
    private const double SmallestShare = 1e-300;

    private string? Accepts(Func<Tensor[], Tensor> f, ulong seed, bool shifted)
    {
        for (var i = 0; i < 4; i++)
        {
            var random = new SplitMix64(seed, 0, (ulong)i);
            var arguments = ForGradient.Draw(ref random, isSpecial: false);
            var value = f(arguments);
            if (value is not null && !Array.TrueForAll(value.ToDoubles(), double.IsFinite))
                return "no finite value";
            if (shifted && !Comparison.Near(f([arguments[0] + 1, arguments[1]]), value!, 1e-9, 1, "").Holds)
                return "what is added to a row counts, so that they are no logits";
        }

        return null;
    }
}
