#:project ../../src/SoftmaxScripting.Toolkit/SoftmaxScripting.Toolkit.csproj
#:property PublishAot=false
// A program of one file, without the host: dotnet run --file experiments/programs/linear-regression.cs -- --epochs 5
using SoftmaxScripting.Core;
using SoftmaxScripting.Toolkit;
using static SoftmaxScripting.Toolkit.Prelude;

using var session = ScriptSession.Begin(ScriptSession.FromArguments(args));
var epochs = Option("epochs", 10, "passes over the rows", min: 1);

Seed(1);
var x = Tensor.Normal(1000, 2);
var y = x.MatMul(Tensor.Of(2f, 3.4f).Reshape(2, 1)) + 4.2 + 0.01 * Tensor.Normal(1000, 1);
var model = Sequential(Linear(2, 1));

Train(model, Datasets.FromTensors(x, y), (p, t) => (p - t).Pow(2).Mean(), Sgd(0.03), epochs, batchSize: 10);

Print($"w = {model.Parameters[0].Value.Reshape(2)}");
Print($"b = {model.Parameters[1].Value}");
