// Softmax regression, concise: which garments does a linear model tell apart, and which not?
//
// Question  How far does one linear layer get on 28 x 28 images, and what do its mistakes look like?
// Method    W ~ N(0, 0.01^2), b = 0, cross-entropy of the scores, batches of 256, plain gradient descent at 0.1, 10
//           epochs, pixels / 255. The report shows images with what they were taken for, the weights of each class as
//           an image, the confusion matrix and the calibration.
// Expect    Fashion-MNIST: epoch 1 loss 0.78 and train accuracy 0.75, epoch 10 loss 0.447, train 0.848, test 0.82 to
//           0.835; shirts go astray most. The garments drawn by the program are a stand-in with figures of their own.

#load "../scripts/image-models.csx"

var epochs = Option("epochs", 10, "passes over the training rows", min: 1);
var learningRate = Option("lr", 0.1, "learning rate", min: 0.0);
var batch = Option("batch", 256, "rows per step", min: 1);
var seed = Option("seed", 0, "seed of the weights and of the batches", min: 0);
var data = Datasets.Load(Option("data", "garments", "garments, fashion-mnist or mnist"));
Print(data);

Tensor CrossEntropy(Tensor o, Tensor y) => Loss.CrossEntropy(o, y);

Seed((ulong)seed);
var model = SoftmaxRegression(data);
var run = Train(model, data, CrossEntropy, Sgd(learningRate), epochs, batch, (ulong)seed);

var judged = Evaluate(model, data);
Print($"\n{judged}\n");
Table(judged.Report!.Classes.Select(c => new { garment = c.Name, precision = c.Precision, recall = c.Recall, rows = c.Support }), "Class by class");
var hardest = judged.Report.Classes.MinBy(c => c.Recall)!;
Print($"\n{hardest.Name} is found least often: {hardest.Recall:0.00} of its rows.");

Report.Model(model, data, CrossEntropy);
var (x, y) = data.Test.Take(500).Batches(500, shuffle: false).First();
var taken = model.Predict(x).ArgMax();
int[] wrong = [.. y.ToInts().Zip(taken.ToInts()).Index().Where(row => row.Item.First != row.Item.Second).Select(row => row.Index).Take(20)];
if (wrong.Length > 0)
    ShowImages(x.Gather(Tensor.Of(wrong)), y.Gather(Tensor.Of(wrong)), taken.Gather(Tensor.Of(wrong)), data.ClassNames, "Its first mistakes");

Check.Loss(CrossEntropy);
