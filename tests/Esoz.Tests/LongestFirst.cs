using Esoz.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace Esoz.Tests;

/// <summary>Starts the classes that take longest before the others: one that began last would run alone at the end.</summary>
internal sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>Those of more than twenty seconds.</summary>
    private static readonly string[] Longest =
    [
        typeof(Cluster.FailoverTests).FullName!,
        typeof(OperatorConsole.ConsoleScreensTests).FullName!,
        typeof(Platform.Telemetry.Alerts.AlertsTests).FullName!,
        typeof(Portal.PortalPagesTests).FullName!,
        typeof(SignIn.Browser.SignInPagesTests).FullName!,
        typeof(Processes.DrainingTests).FullName!,
        typeof(BulkExport.Building.BuildSnapshotsTests).FullName!,
        typeof(Platform.Signatures.Dstu.DstuCurveTests).FullName!,
        typeof(BulkExport.GetEmployeesBulkTests).FullName!,
        typeof(Portal.ShowSwaggerTests).FullName!,
        typeof(SignIn.LogInTests).FullName!,
        typeof(Processes.KilledUploadsTests).FullName!,
        typeof(StoredObjectsTests).FullName!,
        typeof(StoredObjectsS3Tests).FullName!,
        typeof(Platform.Database.ReadReplicaTests).FullName!,
        typeof(Platform.Http.ReadOnlyNodeTests).FullName!,
        typeof(Platform.Storage.StoreOutageTests).FullName!,
        typeof(Sandbox.Generate.SyntheticRegistryTests).FullName!,
        typeof(Platform.Journal.JournalCommandTests).FullName!,
        typeof(Sandbox.Database.LocalClusterCreationTests).FullName!,
        typeof(Processes.KilledServerTests).FullName!,
        typeof(Sandbox.Demo.DemoExamplesTests).FullName!,
        typeof(BulkExport.Serving.SnapshotReplySlowReadersTests).FullName!,
        typeof(Cli.Commands.ServeCommandTests).FullName!,
        typeof(Sandbox.Database.LocalClusterTests).FullName!,
        typeof(Cli.LauncherTests).FullName!,
        typeof(Portal.TryMethodTests).FullName!,
        typeof(Platform.Telemetry.TracesTests).FullName!,
        typeof(Processes.KilledJobsTests).FullName!,
    ];

    /// <param name="testCollections">One for each class, named after it.</param>
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [
            .. testCollections
                .OrderBy(collection => Place(collection))
                .ThenBy(collection => collection.TestCollectionDisplayName, StringComparer.Ordinal)
        ];

    private static int Place(ITestCollection collection)
    {
        var place = Array.FindIndex(Longest, name => collection.TestCollectionDisplayName.Contains($" {name} ", StringComparison.Ordinal));
        return place < 0 ? Longest.Length : place;
    }
}
