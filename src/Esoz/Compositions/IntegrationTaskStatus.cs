namespace Esoz.Compositions;

/// <summary>Statuses of a composition's task in another system (data-model §6.2). A pending one prevents cancelling.</summary>
internal static class IntegrationTaskStatus
{
    public const string Pending = "PENDING";
}
