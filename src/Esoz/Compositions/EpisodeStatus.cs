namespace Esoz.Compositions;

/// <summary>Statuses of an episode (data-model §5).</summary>
public static class EpisodeStatus
{
    public const string Active = "active";
}
