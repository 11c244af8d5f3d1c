// Diabetes: a network that does not learn, and why.
//
// Question  A textbook network 8-6-4-1 of sigmoids, trained by plain gradient descent on the Pima diabetes data, ends at
//           an accuracy of 0.65. Has it learned anything?
// Method    The recipe as it is usually given (binary cross-entropy, learning rate 0.1, all rows at once, 100 epochs), and
//           in batches of 32 at rate 0.01. Beside it the share of the larger class: what a model gets that looks at
//           nothing. Then logistic regression, and the same network with tanh, momentum and a larger rate.
// Expect    The recipe: loss 0.646 and accuracy 0.653, the larger class exactly; three sigmoids one after another let hardly
//           any gradient through. The other settings reach 0.77 or more. Without the file a made-up table stands in.

var epochs = Option("epochs", 100, "passes over the rows in each setting", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);

var table = DataFrame.Load("diabetes");
var data = table.PredictNumber("label").AllOthers().All();
var rows = data.Train.Count;
Print(data);
var majority = Math.Max(data.Train.Targets.Mean().Item(), 1 - data.Train.Targets.Mean().Item());
Print($"the larger class alone: accuracy {majority:0.0000}\n");

Sequential Textbook() => Sequential(Linear(8, 6), Sigmoid(), Linear(6, 4), Sigmoid(), Linear(4, 1));
Sequential Tanhs() => Sequential(Linear(8, 6), Tanh(), Linear(6, 4), Tanh(), Linear(4, 1));
Sequential Logistic() => Sequential(Linear(8, 1));

var settings = new (string Name, Func<Sequential> Model, Optimizer Optimizer, int Batch)[]
{
    ("8-6-4-1 sigmoid, all rows, 0.1", Textbook, Sgd(0.1), rows),
    ("8-6-4-1 sigmoid, by 32, 0.01", Textbook, Sgd(0.01), 32),
    ("logistic regression, by 32, 0.1", Logistic, Sgd(0.1), 32),
    ("8-6-4-1 tanh, by 32, 0.1, 0.9", Tanhs, Sgd(0.1, momentum: 0.9), 32),
};

Print($"{"setting",-32} {"loss",8} {"accuracy",9} {"ROC AUC",8}");
var last = default(Evaluation);
foreach (var (name, make, optimizer, batch) in settings)
{
    Seed((ulong)seed);
    var model = make();
    Train(model, data, (z, y) => Loss.BceWithLogits(z, y), optimizer, epochs, batch, (ulong)seed, quiet: true);
    last = Evaluate(model, data.Train, [Metric.LogLoss, Metric.Accuracy, Metric.RocAuc]);
    Print($"{name,-32} {last["log loss"],8:0.0000} {last["accuracy"],9:0.0000} {last["ROC AUC"],8:0.0000}");
}

Print("\nThese are figures of the rows learned from. Held back in turn:");
CrossValidate(data.Folds(5, (ulong)seed), fold =>
{
    Seed((ulong)seed);
    var model = Logistic();
    Train(model, fold, (z, y) => Loss.BceWithLogits(z, y), Sgd(0.1), epochs, 32, (ulong)seed, quiet: true);
    return Evaluate(model, fold, [Metric.Accuracy])["accuracy"];
});
Print(table.Synthetic ? "\nThe rows are made up (synthetic)." : "\nThe rows are the real ones.");
