namespace Esoz.Compositions;

/// <summary>Statuses of an encounter (data-model §5). Only a finished one may have compositions.</summary>
public static class EncounterStatus
{
    public const string InProgress = "in_progress";
    public const string Finished = "finished";
}
