// Overflow and underflow: where the textbook's formulas break, beside their stable forms.
//
// Question  exp(100) is no float32, and exp(-200) is 0 in it. What do softmax, its logarithm and -log p make of that?
// Method    Each formula three times: run at once as it stands, operation by operation; traced, so that the rewrites
//           make it stable before it runs; and the toolkit's own form. All in float32.
// Expect    As written: NaN from inf / inf, -inf from log 0, a loss of inf. Traced and stable: the right numbers, and
//           the same. The maximum to take away is that of each row: with that of the whole tensor the row (0, 0)
//           beside (1000, 0) is lost as well.

var spread = Option("spread", 1000.0, "how far apart the scores are", min: 1.0);

Tensor Naive(Tensor o)
{
    var e = Exp(o);
    return e / e.Sum(-1, keepDims: true);
}

var o = Tensor.Of([(float)spread, 0f, -(float)spread]);
var lower = Tensor.Of([0f, -(float)spread]);
string Shown(Tensor t) => string.Join(", ", t.ToArray().Select(v => v.ToString("0.####")));

var formulas = new (string Name, Tensor At, Func<Tensor, Tensor> Written, Func<Tensor, Tensor> Stable)[]
{
    ("softmax", o, Naive, x => Softmax(x)),
    ("log softmax", lower, x => Log(Naive(x)), x => LogSoftmax(x)),
    ("log-sum-exp", o, x => Log(Exp(x).Sum(-1)), x => LogSumExp(x)),
    ("-log p of the last", lower, x => -Log(Naive(x)[1]), x => -LogSoftmax(x)[1]),
    ("log(1 + exp(x))", o, x => Log(1 + Exp(x)), x => Softplus(x)),
};
Table(formulas.Select(f => new
{
    formula = f.Name,
    at = Shown(f.At),
    as_written = Shown(f.Written(f.At)),
    traced = Shown(Traced(f.Written)(f.At)),
    stable = Shown(f.Stable(f.At)),
}), "Overflow and underflow");

var rows = Tensor.Of(new float[,] { { 0, 0 }, { (float)spread, 0 } });
Print($"\nrows (0, 0) and ({spread}, 0)");
Print($"  the whole tensor's maximum taken away: {Shown(Naive(rows - rows.Max()))}");
Print($"  each row's own:                        {Shown(Naive(rows - rows.Max(1, keepDims: true)))}");
Print($"  their log-sum-exp:                     {Shown(LogSumExp(rows))}");
Print($"\nnegative log-likelihood of a probability of 0: {Loss.Nll(Log(Tensor.Of(new float[,] { { 1, 0 } })), Tensor.Of([1])).Item()}");
Print($"from the scores it comes of:                    {Loss.CrossEntropy(Tensor.Of(new float[,] { { (float)spread, 0 } }), Tensor.Of([1])).Item()}");

Plot("Log of the smaller of two probabilities",
    [
        ("as written", x => Log(Exp(-x.ToFloat()) / (1 + Exp(-x.ToFloat())))),
        ("stable", x => -x.ToFloat() - Log1p(Exp(-x.ToFloat()))),
    ],
    0, 150, x: "lead of the larger score", y: "log p");
Explain((Tensor x) => Log(Naive(x)));

var logarithm = Traced((Tensor x) => Log(Naive(x)));
Property("traced, log(exp / sum exp) is the log softmax", (Tensor x) => Near(logarithm(x), LogSoftmax(x)), Any.Logits());
Property("max ≤ lse ≤ max + log n", (Tensor x) => AllOf(
    AtMost(x.Max(-1), LogSumExp(x)), AtMost(LogSumExp(x), x.Max(-1) + Math.Log(x.Shape[-1]))), Any.Logits());
