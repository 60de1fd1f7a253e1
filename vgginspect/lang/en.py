"""English."""

NAME = "English"

MESSAGES: dict[str, str] = {
    # Headings and options of a network
    "tokens_one": "{count} token",
    "tokens_other": "{count} tokens",
    "input": "input {shape}",
    "with_batch_norm": "batch norm",
    "without_batch_norm": "no batch norm",
    "without_bias": "convolutions without bias",
    "features_only": "features only",
    "avgpool": "avgpool {size}",
    "hidden": "hidden {widths}",
    "classes_one": "{count} class",
    "classes_other": "{count} classes",
    "dropout": "dropout {rate}",
    "none": "none",
    # Depth
    "depth_label": "depth  ",
    "convolutions_one": "{count} convolution",
    "convolutions_other": "{count} convolutions",
    "fully_connected_one": "{count} fully connected",
    "fully_connected_other": "{count} fully connected",
    "depth": "{convs} + {linears} = {depth} weight layers",
    "depth_without_classifier": "{convs}, no classifier",
    # Tables
    "table_layers": "Layers",
    "table_steps": "Steps",
    "table_totals": "Totals",
    "table_configs": "Configurations",
    "table_batch": "Totals of each line",
    "group_stage": "stage {stage}",
    "group_head": "classifier",
    "columns_dropped": "{width} columns are too few for: {names}",
    "conventions": (
        "M = 10⁶; MB = 10⁶ bytes, at 4 bytes a number (float32)\n"
        "MACs: multiply-accumulates for one image, bias not counted\n"
        "activ.: what a forward pass in training mode holds for one image; the input is not "
        "counted, in-place layers hold nothing\n"
        "field: theoretical receptive field, in pixels of the input\n"
        "k, s, p: kernel size, stride, padding; in, out: channels, or features of a vector"
    ),
    # Column titles
    "column_path": "path",
    "column_name": "name",
    "column_type": "layer",
    "column_repr": "repr",
    "column_step": "step",
    "column_stage": "stage",
    "column_input_shape": "shape in",
    "column_output_shape": "shape out",
    "column_in_channels": "in",
    "column_out_channels": "out",
    "column_params": "parameters",
    "column_trainable_params": "trainable",
    "column_macs": "MACs (M)",
    "column_receptive_field": "field",
    "column_jump": "jump",
    "column_activation_bytes": "activ. (MB)",
    "column_index": "index",
    "column_kernel_size": "k",
    "column_stride": "s",
    "column_padding": "p",
    "column_dilation": "d",
    "column_spatial_size": "H×W",
    "column_share": "share",
    "column_token": "token",
    "column_branch": "branch",
    "column_in_channels_before": "in_channels",
    "column_in_channels_after": "→ after",
    "column_layers_before": "layers",
    "column_layers_after": "→ after",
    "column_appended": "appended",
    "column_config": "config",
    "column_model": "torchvision",
    "column_batch_norm": "batch norm",
    "column_conv_layers": "conv",
    "column_linear_layers": "linear",
    "column_arithmetic": "conv + fc = depth",
    "column_tokens": "tokens",
    "column_line": "line",
    "column_features_params": "features",
    "column_classifier_params": "classifier",
    "column_part": "part",
    "column_layers": "layers",
    "column_depth": "depth",
    "column_param_bytes": "weights (MB)",
    # configs
    "configs_note": (
        "config is what to write as CONFIG. C is D with the third convolution of stages 3 to 5 "
        "made 1×1: 16 layers as well."
    ),
    # trace --step
    "pane_cfg": "cfg",
    "pane_loop": "the builder's loop",
    "pane_list": "layers",
    "pane_table": "table",
    "step_start": "an empty list; the input is {shape}",
    "step_place": "step {position} of {last}",
    "step_keys": "→ next · ← back · Home · End · q quit",
    # The walk
    "walk_step": "step {number}",
    "walk_layers": "layers",
    "walk_shape": "shape",
    "walk_head": "behind the features",
    "a_number": "a number",
    "why_conv": "{token}: append Conv2d and ReLU, then in_channels = {channels}",
    "why_conv_bn": ("{token}: append Conv2d, BatchNorm2d and ReLU, then in_channels = {channels}"),
    "why_maxpool": "{token}: append MaxPool2d; in_channels stays {channels}",
    "why_avgpool": "{token}: append AvgPool2d; in_channels stays {channels}",
    "why_lrn": "{token}: append LocalResponseNorm; in_channels stays {channels}",
    "why_stage": "stage {stage}: a run of convolutions and the pool that ends it",
    "why_head": "the average pool, then the classifier of fully connected layers",
    # Notes on calculations
    "note_no_weights": "no weights",
    "note_no_macs": "counted for convolutions and linear layers alone",
    "note_in_place": "works in place: the output takes the input's memory",
    "note_no_window": "no window: as before",
    "note_overhang": "the last window would begin outside the map, and is left out",
}
