"""The judgement on the screen: verdict, findings and their evidence, whose sources and names are whose."""
