// Loss shapes: what do L1, L2 and Huber look like beside their gradients and their likelihoods?
//
// Question  A loss l says how much an error costs; its gradient how hard it pulls; exp(-l) which noise it takes for
//           likely.
// Method    One target y = 0 and predictions from -3 to 3. The gradients are the toolkit's own, not written by hand.
// Expect    L2 pulls harder the larger the error (Gaussian noise), L1 always as hard, with a kink at 0 (Laplace
//           noise); Huber is L2 near 0 and L1 beyond its threshold, so that an outlier pulls no harder than anything
//           else.

var delta = Option("delta", 1.0, "where Huber turns from squared to straight", min: 0.01);
var widest = Option("to", 3.0, "the largest error", min: 0.1);

var losses = new (string Name, Func<Tensor, Tensor> Of)[]
{
    ("L2", r => 0.5 * r * r),
    ("L1", r => Abs(r)),
    ("Huber", r => Where(Abs(r) <= delta, 0.5 * r * r, delta * (Abs(r) - 0.5 * delta))),
};

Plot("Loss", losses, -widest, widest, x: "prediction − target", y: "l");
Plot("Gradient", [.. losses.Select(l => (l.Name, (Func<Tensor, Tensor>)(r => Grad(s => l.Of(s).Sum())(r))))],
    -widest, widest, x: "prediction − target", y: "∂l/∂ŷ");
Plot("Likelihood", [.. losses.Select(l => (l.Name, (Func<Tensor, Tensor>)(r => Exp(-l.Of(r)))))],
    -widest, widest, x: "prediction − target", y: "exp(−l)");

var places = Tensor.Of(-widest, -delta, -0.1, 0.1, delta, widest);
Table(losses.Select(l => new
{
    loss = l.Name,
    at_the_end = l.Of(places).ToDoubles()[^1],
    gradient_at_the_end = Grad(s => l.Of(s).Sum())(places).ToDoubles()[^1],
    gradient_near_0 = Grad(s => l.Of(s).Sum())(places).ToDoubles()[3],
}), "What an error of " + widest + " costs, and how hard it pulls");
