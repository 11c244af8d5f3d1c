using Xunit;

// The console, the current folder and the script's session belong to the whole process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
