// Identities of softmax, of its losses and of backpropagation, tried on random inputs.
//
// Question  What of the textbook holds for this implementation, and how exactly?
// Method    The toolkit's catalogue states each identity as a property of tensors, with its source. Inputs are random
//           in shape and size, with ties, extreme numbers and −∞ among them; a counter-example would be shrunk to a
//           small one. All in float64.
// Expect    Every line passes; the worst error found stands beside it.

var cases = Option("cases", 100, "random inputs per identity", min: 1);
var seed = Option("seed", 1, "seed of the random inputs", min: 0);
var page = Option("page", "", "write the catalogue to this Markdown file, and try nothing");

if (page != "")
{
    File.WriteAllText(page, Identities.Page());
    Print($"{Identities.All.Count} identities written to {page}");
    Exit(0);
}

Identities.CheckAll(cases, (ulong)seed);

Print("\nIdentities of your own go the same way:");
Property("the mean of softmax is 1/n", z => Near(Softmax(z).Mean(-1), 1.0 / z.Shape[-1]), Any.Logits(), cases: cases);
