namespace Esoz.Tests;

/// <summary>The server with a worker in addition to the API, as <c>esoz serve</c> runs it.</summary>
public sealed class WorkingRegistry(TestCluster cluster) : Registry(cluster)
{
    protected override Roles Roles => Roles.Api | Roles.Worker;
}
